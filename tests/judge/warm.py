"""Real dbt, imported once: each run is a child of this process, so that it costs what the parse costs and not the import.

    warm_up()          before the first run
    verdict_of(Run)    what dbt says of one command

A child changes nothing of the next one. What dbt keeps between runs is switched on with dbt's own switch for its test suite:
parsed Jinja by its text. Must run in the Python that has dbt, dbt-duckdb and dbt-loom.
"""
import gc
import json
import os
import re
import signal
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ["DO_NOT_TRACK"] = "1"
for name in [n for n in os.environ if n.startswith("DBT_")]:
    del os.environ[name]

import dbt.adapters.duckdb  # noqa: E402, F401
import dbt.parser.manifest  # noqa: E402
import dbt.task.compile  # noqa: E402, F401
import dbt.task.test  # noqa: E402, F401
import dbt_loom  # noqa: E402, F401
from dbt.artifacts.resources.v1.snapshot import SnapshotConfig  # noqa: E402
from dbt.cli.main import dbtRunner  # noqa: E402
from dbt_common.tests import enable_test_caching  # noqa: E402

BEFORE = ["--no-use-colors", "--no-partial-parse", "--log-level-file", "none", "--quiet", "--no-version-check",
          "--no-send-anonymous-usage-stats"]
SECONDS = 60


@dataclass
class Run:
    """One command of dbt in one project."""
    project: Path
    args: list
    env: dict = field(default_factory=dict)


@dataclass
class Verdict:
    """What dbt said: `level` is error where it stopped, warning where it warned, else none."""
    level: str
    error: str = ""
    warnings: list = field(default_factory=list)
    seconds: float = 0.0

    @property
    def files(self):
        """The files that dbt names, from the project's folder."""
        said = "\n".join([self.error] + self.warnings)
        return re.findall(r"[\w./-]+\.(?:sql|py|yml|yaml|md|csv)\b", said)


def invoke(run):
    """Runs dbt here, in this process."""
    os.chdir(run.project)
    os.environ.update(run.env)
    warnings, errors = [], []

    def hear(event):
        if event.info.level == "warn":
            warnings.append(f"{event.info.name}: {event.info.msg}")
        elif event.info.level == "error":
            errors.append(f"{event.info.name}: {event.info.msg}")

    outcome = dbtRunner(callbacks=[hear]).invoke(BEFORE + list(run.args) + ["--profiles-dir", "."])
    error = ""
    if outcome.exception is not None:
        error = f"{type(outcome.exception).__name__}: {outcome.exception}"
    elif not outcome.success:
        error = "\n".join(errors) or "dbt failed without a word"
    return {"level": "error" if error else "warning" if warnings else "none", "error": error, "warnings": warnings}


# A project with one of each kind of thing, and no ref: dbt's static parser reads refs, and has threads that a
# child would wait for in vain. Only children may use it.
SMALL = {
    "dbt_project.yml": "name: small\nversion: '1.0'\nprofile: small\nmodels:\n  small:\n    +materialized: view\n",
    "profiles.yml": "small:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ':memory:', schema: small}\n",
    "dependencies.yml": "projects: []\n",
    "models/one.sql": "{{ config(tags=['a']) }}\nselect {{ dbt.type_timestamp() }} as a from {{ source('s', 't') }}\n",
    "models/docs.md": "{% docs it %}\nIt.\n{% enddocs %}\n",
    "models/one.yml": """
models:
  - name: one
    description: "{{ doc('it') }}"
    config: {access: public, group: g, contract: {enforced: true}}
    columns:
      - name: a
        data_type: varchar
        data_tests: [unique, not_null, {accepted_values: {arguments: {values: [a]}}}]
sources:
  - name: s
    tables: [{name: t, columns: [{name: a, data_tests: [unique]}]}]
groups:
  - {name: g, owner: {name: g, email: g@example.com}}
exposures:
  - {name: e, type: dashboard, owner: {name: g, email: g@example.com}}
seeds:
  - {name: seed, description: A seed.}
macros:
  - {name: twice, description: Twice., arguments: [{name: it, type: text}]}
""",
    "macros/twice.sql": "{% macro twice(it) %}{{ it }}{{ it }}{% endmacro %}\n",
    "seeds/seed.csv": "a\n1\n",
    "tests/none.sql": "select 1 where false\n",
    "analyses/any.sql": "select 1\n",
}


def warm_up():
    """Reads one small project in this process, so that what dbt makes once for all runs is made."""
    enable_test_caching()
    dbt.parser.manifest.ManifestLoader.write_manifest_for_partial_parse = lambda self: None
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in SMALL.items():
            file = Path(folder) / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        said = invoke(Run(folder, ["--no-static-parser", "parse"]))
        os.chdir(here)
    assert said["level"] != "error", said["error"]
    SnapshotConfig.json_schema()  # the small project has no snapshot, for a snapshot has a ref
    # The same text, written by the encoder in C: manifests are most of what a run writes.
    json.dump = lambda it, file, **options: file.write(json.dumps(it, **options))
    # What dbt keeps of a project that is read here would be known to the children, too: only this small one is.
    gc.collect()
    gc.freeze()
    gc.disable()


def start(run):
    """A child that runs dbt, and the end of the pipe that its verdict comes out of."""
    out, into = os.pipe()
    child = os.fork()
    if child:
        os.close(into)
        return child, out
    try:
        os.close(out)
        silence = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(silence, fd)
        signal.alarm(SECONDS)
        said = json.dumps(invoke(run)).encode()
        while said:
            said = said[os.write(into, said):]
    except BaseException as error:  # the child must never come back into the parent's code
        os.write(into, json.dumps({"level": "crashed", "error": f"{type(error).__name__}: {error}"}).encode())
    os._exit(0)


def verdict_of(run):
    """Runs dbt in a child and waits for it."""
    child, out = start(run)
    began, said = time.monotonic(), b""
    while chunk := os.read(out, 1 << 16):
        said += chunk
    os.close(out)
    os.waitpid(child, 0)
    answer = json.loads(said) if said else {"level": "crashed", "error": f"no answer in {SECONDS} s"}
    return Verdict(**answer, seconds=round(time.monotonic() - began, 2))
