"""What dbt said of some mutations, kept, so that no dbt is needed to hold `check` to it.

    recorded.py --server PROGRAM --out target/judge              judges them
    recorded.py --out target/judge --keep                        keeps those of the last run of main.py that need no manifest but the kept ones

Kept are those on which both agreed: each has to stay so.
"""
import argparse
import json
import shutil
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import compare  # noqa: E402
import main as judge  # noqa: E402
import mutations  # noqa: E402
import tree  # noqa: E402

FILE = Path(__file__).resolve().parent / "recorded.json"


def keep(out):
    meshes = judge.lay(out / "recorded")
    kept = []
    for judged in json.loads((out / "mutations.json").read_text()):
        said, mutation = judged["dbt"], judged["mutation"]
        is_local = said["level"] == "error" and said["project"] == mutation["project"] or not judge.readers_of(meshes[mutation["mesh"]], mutation["project"])
        if judged["result"] == "agreed" and is_local:
            kept.append({"mutation": mutation, "dbt": {k: said[k] for k in ("project", "level", "files")}})
    lines = ",\n".join(json.dumps(k, separators=(",", ":")) for k in kept)
    FILE.write_text(f"[\n{lines}\n]\n")
    print(f"{len(kept)} kept in {FILE}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--server")
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    out = a.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    if a.keep:
        return keep(out)
    server, meshes = str(Path(a.server).resolve()), judge.lay(out / "recorded")
    before = {name: compare.findings(server, mesh.root) for name, mesh in meshes.items()}
    tally = Counter()
    for kept in json.loads(FILE.read_text()):
        mutation, said = mutations.Mutation(**kept["mutation"]), kept["dbt"]
        folder = out / "recorded" / mutation.id
        meshes[mutation.mesh].copy_to(folder)
        tree.apply(mutation.edits, folder)
        found = compare.new(compare.findings(server, folder), before[mutation.mesh], mutation.command)
        result = compare.outcome(said["level"], said["project"], said["files"], mutation.places, found, folder)
        tally[result] += 1
        if result != "agreed":
            judge.show({"result": result, "mutation": kept["mutation"], "dbt": said, "ours": found, "seconds": 0})
        shutil.rmtree(folder)
    print(", ".join(f"{name} {count}" for name, count in tally.items()))
    sys.exit(0 if tally and set(tally) == {"agreed"} else 1)


if __name__ == "__main__":
    main()
