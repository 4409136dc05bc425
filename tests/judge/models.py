"""Does `dbt-mesh-lsp models` see in each model what real dbt's manifest says: its refs and its sources?

    models.py --server PROGRAM --out target/judge [PROJECT...]

Without a project: the example and the made meshes. A project is parsed where it lies, by dbt, with the profiles.yml in it.
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def of_manifest(node):
    refs = {(r["name"], r["package"], None if r["version"] is None else str(r["version"])) for r in node["refs"]}
    return refs, {tuple(s) for s in node["sources"]}


def compared(server, project):
    """One line a model of the project: its id, whether we say that we understand it, and whether both say the same."""
    done = subprocess.run([server, "models", "."], cwd=project, capture_output=True, timeout=120, check=True)
    ours = {m["unique_id"]: m for m in json.loads(done.stdout)["models"]}
    manifest = json.loads((project / "target/manifest.json").read_text())
    root = manifest["metadata"]["project_name"]
    for uid, node in manifest["nodes"].items():
        if node["resource_type"] != "model" or node["package_name"] != root:
            continue
        refs, sources = of_manifest(node)
        m = ours.get(uid)
        found = m and ({(r["name"], r["package"], r["version"]) for r in m["refs"]}, {tuple(s) for s in m["sources"]})
        yield {"model": uid, "understood": bool(m and m["is_understood"]), "same": found == (refs, sources),
               "dbt": sorted(map(str, refs | sources)), "ours": m and sorted(map(str, found[0] | found[1]))}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--server", required=True)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("projects", nargs="*", type=Path)
    a = ap.parse_args()
    import main as judge
    import warm
    warm.warm_up()
    projects = [p.resolve() for p in a.projects]
    if not projects:
        projects = [mesh.root / p for mesh in judge.lay(a.out.resolve()).values() for p in mesh.projects]
    bad = 0
    print("| project | models | understood | of these the same | different |\n|---|---|---|---|---|")
    for project in projects:
        said = warm.verdict_of(warm.Run(project, ["parse"]))
        if said.level in ("error", "crashed"):
            raise SystemExit(f"dbt does not read {project}: {said.error}")
        models = list(compared(str(Path(a.server).resolve()), project))
        understood = [m for m in models if m["understood"]]
        different = [m for m in understood if not m["same"]]
        bad += len(different) > 0.01 * len(understood)
        print(f"| {project.parent.name}/{project.name} | {len(models)} | {len(understood)} | {len(understood) - len(different)} | {len(different)} |")
        for m in different[:10]:
            print(f"    {m['model']}: dbt {m['dbt']}, ours {m['ours']}", file=sys.stderr)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
