"""Makes mutations of small meshes from a seed number, and compares what real dbt says of each with what `check` says.

    main.py --server PROGRAM --out target/judge [--seed 1] [--count 500] [--jobs 2] [--kinds ref-misspelt,…] [--seconds 100]
    main.py --server PROGRAM --out target/judge --replay FOLDER

Each disagreement is kept as a folder below OUT/disagreements, with the mutated mesh and what both said in judged.json;
`--replay` takes such a folder and judges it again. Everything that was seen goes into OUT/mutations.json.

What dbt said of a mutation, and the manifests that it wrote, are kept in OUT/verdicts and not asked again while the mesh is the same: after a mend a run takes
seconds. With `--seconds` dbt is asked no longer than that, and the next run goes on; with `--kept` it is not asked at all.
"""
import argparse
import gzip
import hashlib
import json
import multiprocessing
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import compare  # noqa: E402
import mutations  # noqa: E402
import contracts  # noqa: E402, F401
import resources  # noqa: E402, F401
import tree  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
# The files of the example that dbt refuses on purpose.
REFUSED = ["domain_sales/analyses/deliveries_against_orders.sql", "domain_finance/models/reports/price_changes.sql"]
# name: the arguments of make_mesh.py
MADE = {"made-a": ["--projects", "3", "--models", "12", "--seed", "1"], "made-b": ["--projects", "3", "--models", "16", "--seed", "7"]}
EXAMPLE = ["domain_inventory", "domain_sales", "domain_finance"]


def lay(out):
    """The meshes without a fault, each project after those that it reads, with manifests that real dbt has written."""
    base = out / "base"
    shutil.rmtree(base, ignore_errors=True)
    shutil.copytree(ROOT / "examples/teddy-retailers", base / "example", ignore=shutil.ignore_patterns("logs", "*.duckdb"))
    for file in REFUSED:
        (base / "example" / file).unlink()
    meshes = {"example": tree.Mesh(base / "example", EXAMPLE)}
    for name, arguments in MADE.items():
        subprocess.run([sys.executable, ROOT / "benches/mesh/make_mesh.py", base / name, *arguments], check=True, capture_output=True)
        made = json.loads((base / name / "mesh.json").read_text())
        meshes[name] = tree.Mesh(base / name, [p["name"] for p in made["projects"]])
    return meshes


def readers_of(mesh, project):
    """The projects that read this one's manifest, directly or not, in the order of reading."""
    known, found = {project}, []
    for other in mesh.projects:
        loom = mesh.texts.get(f"{other}/dbt_loom.config.yml", "")
        if other not in known and any(f"/{k}/target" in loom for k in known):
            known.add(other)
            found.append(other)
    return found


# What dbt-loom takes from a manifest of each resource.
TAKEN = ("name", "package_name", "unique_id", "resource_type", "schema", "database", "relation_name", "version", "latest_version",
         "deprecation_date", "access", "group", "config")


def seen_by_readers(path):
    """All of a manifest that other projects can see."""
    manifest = json.loads(path.read_text())
    nodes = {uid: [node.get(key) for key in TAKEN] + [node["depends_on"].get("nodes")] for uid, node in manifest["nodes"].items()
             if node["resource_type"] == "model"}
    return manifest["metadata"]["project_name"], nodes


def arguments_of(mutation):
    """The command that shows a mutation. Generic tests compile to the same as before where SQL of models alone was edited."""
    is_sql = all(edit["file"].endswith(".sql") and "/models/" in edit["file"] for edit in mutation.edits)
    return [mutation.command, *(["--exclude", "test_type:generic"] if is_sql and mutation.command == "compile" else [])]


def ask_dbt(mesh, folder, mutation, before):
    """dbt's word on an edited project, then on its readers that see a change: the first complaint that was not there `before`."""
    import warm
    project = mutation.project
    readers = readers_of(mesh, project)
    heard, changed = None, set()
    is_elsewhere = any(mesh.project_of(edit[key]) != project for edit in mutation.edits for key in ("file", "move_to", "copy_to") if key in edit)
    # `compile` parses first; some things it alone sees: circles, unknown macros, what stands under `execute`.
    for where in [project, *readers]:
        loom = mesh.texts.get(f"{where}/dbt_loom.config.yml", "")
        if where != project and not is_elsewhere and not any(f"/{it}/target" in loom for it in changed):
            continue
        command, *more = arguments_of(mutation) if where == project else ["parse"]
        said = warm.verdict_of(warm.Run(folder / where, [command, *more, *([] if where != [project, *readers][-1] else ["--no-write-json"])]))
        said.warnings = [w for w in said.warnings if w not in before.get(where, [])]
        seen = {"project": where, "command": command, "level": said.level, "error": said.error, "warnings": said.warnings,
                "files": said.files, "seconds": said.seconds}
        if said.level in ("error", "crashed"):
            return seen
        if said.warnings and not heard:
            heard = seen | {"level": "warning"}
        written, was = (root / where / "target/manifest.json" for root in (folder, mesh.root))
        if not was.is_file() or seen_by_readers(written) != seen_by_readers(was):
            changed.add(where)
    return heard or {"project": project, "command": mutation.command, "level": "none", "error": "", "warnings": [], "files": []}


def verdict_key(mutation, mesh):
    """A name for all that dbt's word hangs on."""
    files = sorted((p.relative_to(mesh.root).as_posix(), p.read_bytes()) for p in mesh.root.rglob("*.*")
                   if p.is_file() and p.suffix in (".sql", ".yml", ".md", ".csv", ".py"))
    tree_now = hashlib.sha256(repr(files).encode())
    command = [] if mutation.command == "compile" else [mutation.command]
    tree_now.update(json.dumps([mutation.edits, mutation.project, *command]).encode())
    return tree_now.hexdigest()[:24]


def manifests_of(mesh, mutation, folder):
    """The manifests that dbt may have written: those of the project and of its readers."""
    paths = [f"{p}/target/manifest.json" for p in [mutation.project, *readers_of(mesh, mutation.project)]]
    return {path: (folder / path).read_text() for path in paths if (folder / path).is_file()}


def clean_word(mesh, verdicts):
    """What dbt says of each project of a mesh before any mutation."""
    import warm
    kept = verdicts / f"{verdict_key(mutations.Mutation('', [], [], ''), mesh)}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    before = {}
    for project in mesh.projects:
        said = warm.verdict_of(warm.Run(mesh.root / project, ["parse"]))
        assert said.level in ("none", "warning"), f"{mesh.root.name}/{project}: {said.error}"
        before[project] = said.warnings
    manifests = {p: (mesh.root / p / "target/manifest.json").read_text() for p in mesh.projects}
    kept.write_text(json.dumps({"warnings": before, "manifests": manifests}))
    return json.loads(kept.read_text())


def asked(mutation, mesh, folder, before, kept):
    """What dbt says, or said when it was asked before."""
    if kept.exists():
        verdict = json.loads(gzip.decompress(kept.read_bytes()))
        for path, text in verdict["manifests"].items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        return verdict["dbt"]
    said = ask_dbt(mesh, folder, mutation, before)
    if said["level"] != "crashed":
        verdict = {"dbt": said, "manifests": manifests_of(mesh, mutation, folder)}
        part = kept.with_suffix(".part")
        part.write_bytes(gzip.compress(json.dumps(verdict).encode(), 3))
        part.rename(kept)
    return said


def judge(task):
    """One mutation: laid out, judged by dbt, checked by us, compared."""
    mutation, mesh, server, work, before, known, kept = task
    folder = work / mutation.id
    shutil.rmtree(folder, ignore_errors=True)
    mesh.copy_to(folder)
    began = time.monotonic()
    try:
        tree.apply(mutation.edits, folder)
        said = asked(mutation, mesh, folder, before, kept)
        found = compare.new(compare.findings(server, folder), known, mutation.command)
        result = "crashed" if said["level"] == "crashed" else compare.outcome(
            said["level"], said["project"], said["files"], mutation.places, found, folder)
    except (RuntimeError, subprocess.TimeoutExpired, AssertionError, ValueError) as error:
        said, found, result = {"level": "crashed", "error": str(error)}, [], "crashed"
    judged = {"result": result, "mutation": mutation.plain(), "dbt": said, "ours": found, "seconds": round(time.monotonic() - began, 1)}
    if result == "agreed":
        shutil.rmtree(folder)
    else:
        (folder / "judged.json").write_text(json.dumps(judged, indent=1))
    return judged


def show(judged):
    m, said = judged["mutation"], judged["dbt"]
    print(f"{judged['result']:8} {m['number']:04}-{m['kind']} ({m['mesh']}, {judged['seconds']} s)")
    for edit in m["edits"]:
        print(f"    edit  {edit['file']}: " + ", ".join(f"{k} {v!r}"[:110] for k, v in edit.items() if k not in ("file", "at")))
    print(f"    dbt   {said['level']}: " + " ".join((said.get("error") or "; ".join(said.get("warnings", []))).split())[:300])
    for f in judged["ours"][:4]:
        print(f"    ours  {f['severity']} {f['rule']} {f['file']}:{f['range']['start']['line'] + 1} {f['message']}")


def table(all_judged):
    columns = ["agreed", "missed", "louder", "near", "noisy", "false", "crashed"]

    def lines(head, rows):
        yield f"| {head} | judged | " + " | ".join(columns) + " |"
        yield "|---" * (len(columns) + 2) + "|"
        for name, tally in rows:
            yield f"| {name} | {sum(tally.values())} | " + " | ".join(str(tally[c] or "") for c in columns) + " |"

    by_kind, by_level, by_rule = {}, {}, {}
    for j in all_judged:
        by_kind.setdefault(j["mutation"]["kind"], Counter())[j["result"]] += 1
        by_level.setdefault(j["dbt"]["level"], Counter())[j["result"]] += 1
        for rule in {f["rule"] for f in j["ours"] if f["severity"] in compare.LOUD} or {"(none)"}:
            by_rule.setdefault(rule, Counter())[j["result"]] += 1
    total = sum(by_kind.values(), Counter())
    yield from lines("what dbt said", sorted(by_level.items()) + [("all", total)])
    yield ""
    yield from lines("our rule", sorted(by_rule.items()))
    yield ""
    yield from lines("mutation", by_kind.items())


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--server", required=True)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--count", type=int, default=500)
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--kinds")
    ap.add_argument("--seconds", type=float, help="stop asking dbt after that long")
    ap.add_argument("--kept", action="store_true", help="only those that dbt was asked of before")
    ap.add_argument("--replay", type=Path)
    a = ap.parse_args()
    server, out = str(Path(a.server).resolve()), a.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    import warm
    warm.warm_up()
    (out / "verdicts").mkdir(exist_ok=True)
    meshes = lay(out)
    before, known = {}, {}
    for name, mesh in meshes.items():
        word = clean_word(mesh, out / "verdicts")
        before[name] = word["warnings"]
        for project, text in word["manifests"].items():
            file = mesh.root / project / "target/manifest.json"
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        known[name] = compare.findings(server, mesh.root)
        loud = [f for f in known[name] if f["severity"] == "error" and f["rule"] not in compare.OF_A_RUN]
        assert not loud, f"{name} has errors before any mutation: {loud}"
    if a.replay:
        plain = json.loads((a.replay / "judged.json").read_text())["mutation"]
        chosen = [mutations.Mutation(**plain)]
    else:
        if a.kinds:
            mutations.KINDS = {k: f for k, f in mutations.KINDS.items() if k in a.kinds.split(",")}
        chosen = mutations.mutations(meshes, a.seed, a.count)
        shutil.rmtree(out / "disagreements", ignore_errors=True)
    kept = {m.number: out / "verdicts" / f"{verdict_key(m, meshes[m.mesh])}.gz" for m in chosen}
    tasks = [(m, meshes[m.mesh], server, out / "disagreements", before[m.mesh], known[m.mesh], kept[m.number]) for m in chosen]
    if a.kept:
        tasks = [task for task in tasks if task[-1].exists()]
    tasks.sort(key=lambda task: not task[-1].exists())
    all_judged, began = [], time.monotonic()
    with multiprocessing.get_context("fork").Pool(a.jobs) as pool:
        for judged in pool.imap_unordered(judge, tasks):
            all_judged.append(judged)
            if a.seconds and time.monotonic() - began > a.seconds and len(all_judged) < len(tasks):
                print(f"{len(all_judged)} of {len(tasks)} judged; the next run goes on")
                pool.terminate()
                sys.exit(3)
            if judged["result"] != "agreed" or a.replay:
                show(judged)
                sys.stdout.flush()
    all_judged.sort(key=lambda j: j["mutation"]["number"])
    if not a.replay:
        (out / "mutations.json").write_text(json.dumps(all_judged, indent=1))
        text = "\n".join(table(all_judged)) + "\n"
        (out / "mutations.md").write_text(text)
        print("\n" + text)
    tally = Counter(j["result"] for j in all_judged)
    print(f"{len(all_judged)} mutations, seed {a.seed}: agreed {tally['agreed']} ({tally['agreed'] / len(all_judged):.1%}), "
          f"false errors {tally['false']}, {time.monotonic() - began:.0f} s")
    sys.exit(0 if tally["agreed"] >= 0.97 * len(all_judged) and not tally["false"] and not tally["crashed"] else 1)


if __name__ == "__main__":
    main()
