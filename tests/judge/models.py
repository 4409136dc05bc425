"""Does `dbt-mesh-lsp models` see in each model what real dbt's manifest says: its refs, its sources, its configuration?

    models.py --server PROGRAM --out target/judge [PROJECT...]
    models.py --server PROGRAM --out target/judge --manifest FILE PROJECT

Without a project: the example and the made meshes. A project is parsed where it lies, by dbt, with the profiles.yml in it; or the
manifest is taken that dbt wrote of it already.
"""
import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def of_manifest(node):
    refs = {(r["name"], r["package"], None if r["version"] is None else str(r["version"])) for r in node["refs"]}
    return refs, {tuple(s) for s in node["sources"]}


def config_differences(config, model):
    """The keys of the configuration that both know, and those on which they differ."""
    theirs = {key: value for key, value in config.items() if value is not None}
    ours, unknown = model["config"], set(model["unknown_config"])
    keys = (set(theirs) | set(ours)) - unknown
    if model["may_have_more_config"]:
        keys &= set(ours)
    return keys, sorted(key for key in keys if theirs.get(key) != ours.get(key)), unknown


def compared(server, project, file=None):
    """One line a model of the project: its id, whether we say that we understand it, and whether both say the same."""
    done = subprocess.run([server, "models", "."], cwd=project, capture_output=True, timeout=120, check=True)
    ours = {m["unique_id"]: m for m in json.loads(done.stdout)["models"]}
    manifest = json.loads((file or project / "target/manifest.json").read_text())
    root = manifest["metadata"]["project_name"]
    nodes = list(manifest["nodes"].items()) + [(uid, node) for uid, nodes in manifest["disabled"].items() for node in nodes]
    for uid, node in nodes:
        if node["resource_type"] != "model" or node["package_name"] != root:
            continue
        refs, sources = of_manifest(node)
        m = ours.get(uid)
        found = m and ({(r["name"], r["package"], r["version"]) for r in m["refs"]}, {tuple(s) for s in m["sources"]})
        keys, wrong, unknown = config_differences(node["config"], m) if m else (set(), [], set())
        yield {"model": uid, "understood": bool(m and m["is_understood"]), "same": found == (refs, sources),
               "dbt": sorted(map(str, refs | sources)), "ours": m and sorted(map(str, found[0] | found[1])),
               "keys": len(keys), "unknown": sorted(unknown),
               "wrong": {key: (node["config"].get(key), m["config"].get(key)) for key in wrong}}


def judged(server, project, file=None):
    """Prints a project's line of the table; whether it is as it should be."""
    models = list(compared(server, project, file))
    understood = [m for m in models if m["understood"]]
    different = [m for m in understood if not m["same"]]
    keys, wrong = sum(m["keys"] for m in models), [m for m in models if m["wrong"]]
    unknown = sum(len(m["unknown"]) for m in models)
    print(f"| {project.parent.name}/{project.name} | {len(models)} | {len(understood)} | {len(understood) - len(different)} | {len(different)} "
          f"| {keys} | {keys - sum(len(m['wrong']) for m in wrong)} | {unknown} |")
    sys.stdout.flush()
    for m in different[:10]:
        print(f"    {m['model']}: dbt {m['dbt']}, ours {m['ours']}", file=sys.stderr)
    if wrong:
        print("    config:", dict(Counter(key for m in wrong for key in m["wrong"])), file=sys.stderr)
    for m in wrong[:10]:
        for key, (theirs, ours) in list(m["wrong"].items())[:4]:
            print(f"    {m['model']} {key}: dbt {str(theirs)[:150]}, ours {str(ours)[:150]}", file=sys.stderr)
    return len(different) <= 0.01 * len(understood) and sum(len(m["wrong"]) for m in wrong) <= 0.01 * keys


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--server", required=True)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--manifest", type=Path)
    ap.add_argument("projects", nargs="*", type=Path)
    a = ap.parse_args()
    server, projects = str(Path(a.server).resolve()), [p.resolve() for p in a.projects]
    print("| project | models | understood | of these the same | different | config keys | of these the same | unknown |\n|---|---|---|---|---|---|---|---|")
    if a.manifest:
        sys.exit(0 if judged(server, projects[0], a.manifest.resolve()) else 1)
    import main as judge
    import warm
    warm.warm_up()
    if not projects:
        projects = [mesh.root / p for mesh in judge.lay(a.out.resolve()).values() for p in mesh.projects]
    good = True
    for project in projects:
        said = warm.verdict_of(warm.Run(project, ["parse"]))
        if said.level in ("error", "crashed"):
            raise SystemExit(f"dbt does not read {project}: {said.error}")
        good &= judged(server, project)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
