"""Does our `check` say what dbt said, as loudly, at the place of the fault?

    agreed   dbt stopped or warned, and a new finding of that severity touches a place of the fault, in a file that dbt named
             where it named one of them; or dbt was content, and no new error or warning stands anywhere
    missed   dbt complained and nothing as loud stands there
    louder   dbt warned, and what stands there is an error
    near     a finding as loud stands elsewhere
    noisy    dbt was content and we warn
    false    dbt was content and we say error: the worst
"""
import json
import os
import subprocess

# What dbt never says and a person wants to know.
BEYOND = {"breaking-change", "manifest-stale", "public-without-contract", "loom-config-name"}
# What only a run shows: where dbt is asked to compile, it cannot say that they are wrong. `columns.py` asks DuckDB of them, and
# some mutations of contracts ask dbt to build.
OF_A_RUN = {"unknown-column", "ambiguous-column", "uneven-union", "contract-missing-column", "contract-extra-column",
            "contract-type-mismatch", "unknown-materialization"}
LOUD = ("error", "warning")


def findings(server, mesh, env=None):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")} | (env or {})
    done = subprocess.run([server, "check", ".", "--output-format", "json", "--fail-on", "never", "--offline"],
                          cwd=mesh, env=clean, capture_output=True, timeout=60)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"check: exit {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
    return json.loads(done.stdout)["findings"]


def key(finding):
    return (finding["rule"], finding["file"], finding["message"])


def new(found, before, command):
    """The findings that were not there before, each message as often as it was, without those that `command` of dbt cannot judge."""
    left = [key(f) for f in before]
    fresh = []
    for finding in found:
        is_beyond = finding["rule"] in BEYOND or command != "build" and finding["rule"] in OF_A_RUN
        if key(finding) in left:
            left.remove(key(finding))
        elif not is_beyond:
            fresh.append(finding)
    return fresh


def touches(finding, text, wanted):
    """Whether the finding's range overlaps some `wanted` in `text`; anywhere where nothing is wanted."""
    if not wanted or not text:
        return True
    lines = text.splitlines(keepends=True)
    start, end = (len("".join(lines[:p["line"]])) + p["character"] for p in (finding["range"]["start"], finding["range"]["end"]))
    at = text.find(wanted)
    while at >= 0:
        if start < at + len(wanted) and at < end or start == end and at <= start <= at + len(wanted):
            return True
        at = text.find(wanted, at + 1)
    return False


def outcome(level, project, named, places, found, mesh):
    """`named`: the files that dbt names, from the project's folder; `found`: our new findings."""
    if level == "none":
        loud = [f for f in found if f["severity"] in LOUD]
        return "false" if any(f["severity"] == "error" for f in loud) else "noisy" if loud else "agreed"
    here = [f"{project}/{name}" for name in named]
    wanted = [p for p in places if any(p["file"] == n or p["file"].endswith("/" + n) for n in here)] or places

    def stands(finding):
        for p in wanted:
            path = mesh / p["file"]
            text = path.read_text(errors="replace") if path.is_file() else ""
            if finding["file"] == p["file"] and touches(finding, text, p["text"]):
                return True
        return False

    there = [f for f in found if stands(f)]
    if any(f["severity"] == level for f in there):
        return "agreed"
    if level == "warning" and any(f["severity"] == "error" for f in there):
        return "louder"
    return "near" if any(f["severity"] in LOUD[: 1 + (level == "warning")] for f in found) else "missed"
