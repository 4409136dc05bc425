"""A dbt project that reads another's manifest, and what the built program makes of it."""

import gzip
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

# The hosts that configs of the tests name.
HOSTS = ["ab123.eu1.dbt.com", "api.demo.paradime.io"]

MANIFEST = {
    "metadata": {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
        "dbt_version": "1.12.6",
        "generated_at": "2026-11-20T08:00:00Z",
        "project_name": "core",
        "adapter_type": "snowflake",
    },
    "nodes": {
        "model.core.customers": {
            "name": "customers",
            "unique_id": "model.core.customers",
            "resource_type": "model",
            "package_name": "core",
            "path": "customers.sql",
            "original_file_path": "models/customers.sql",
            "schema": "core",
            "database": "prod",
            "alias": "customers",
            "relation_name": "prod.core.customers",
            "access": "public",
            "description": "Everybody who ever bought anything.",
            "config": {"access": "public", "enabled": True, "materialized": "table"},
            "columns": {},
            "depends_on": {"nodes": [], "macros": []},
        }
    },
    "sources": {},
    "macros": {},
    "exposures": {},
    "groups": {},
    "disabled": {},
    "parent_map": {},
    "child_map": {},
}


def manifest(note=""):
    """The bytes of a manifest; `note` tells one from another."""
    value = json.loads(json.dumps(MANIFEST))
    value["metadata"]["invocation_id"] = note
    return json.dumps(value).encode()


def gzipped(note=""):
    return gzip.compress(manifest(note))


@dataclass
class Outcome:
    """How a fetch ended."""

    state: str
    message: str
    size: int
    everything: str

    def __str__(self):
        return f"{self.state}: {self.message or self.size}"


class Machine:
    """A person's machine: a home of their own, and nothing of ours in the environment."""

    def __init__(self, program, environment):
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="origins-"))
        self.home = self.folder / "home"
        self.home.mkdir()
        self.tools = self.folder / "bin"
        self.tools.mkdir()
        self.said = []
        self.base = {
            **environment,
            "PATH": f"{self.tools}:/usr/bin:/bin",
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_GCE_CHECK": "true",
            "TZ": "UTC",
        }

    def write(self, path, text, mode=0o600):
        path = self.folder / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def project(self, kind, config):
        root = self.folder / "sales"
        loom = {"manifests": [{"name": "core", "type": kind, "config": config}]}
        self.write("sales/dbt_project.yml", "name: sales\nversion: '1'\nprofile: sales\n")
        self.write("sales/dbt_loom.config.yml", json.dumps(loom))
        self.write("sales/models/orders.sql", "select * from {{ ref('core', 'customers') }}\n")
        return root

    def fetch(self, kind, config, **environment):
        """Fetches once, as a person would, with the environment given."""
        root = self.project(kind, config)
        environment = {**self.base, **{k: str(v) for k, v in environment.items() if v is not None}}
        before = self.bodies()
        # Whoever is asked has been agreed to; that it is asked for is tested elsewhere.
        allowed = [word for host in [*HOSTS, config.get("credentials")] if host for word in ("--allow-host", host)]
        command = [self.program, "manifests", "refresh", "--in", root, "--output-format", "json", *allowed]
        done = subprocess.run(
            command, env=environment, cwd=root, capture_output=True, text=True, timeout=90
        )
        everything = done.stdout + done.stderr
        try:
            (entry,) = json.loads(done.stdout)["manifests"]
        except (ValueError, KeyError) as error:
            raise AssertionError(f"no answer: {error}\n{everything}") from error
        is_good = done.returncode == 0 and entry["problem"] is None
        state = "failed"
        if is_good and entry["models"] == 1:
            state = "not modified" if self.bodies() == before else "fetched"
        self.said.append(everything)
        return Outcome(state, entry["problem"] or "", entry["size"] or 0, everything)

    def check(self, kind, config, **environment):
        """What `check` finds in the project."""
        root = self.project(kind, config)
        environment = {**self.base, **{k: str(v) for k, v in environment.items()}}
        command = [self.program, "check", root, "--output-format", "json"]
        done = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, timeout=90)
        self.said.append(done.stdout + done.stderr)
        return json.loads(done.stdout)

    def bodies(self):
        """The manifests that are kept, each with the time when it was written."""
        files = [path for path in (self.folder / "cache").rglob("*") if path.suffix == ".json"]
        return {path: path.stat().st_mtime_ns for path in files}

    def cache(self):
        """All that was written to the cache: names and contents."""
        files = [path for path in (self.folder / "cache").rglob("*") if path.is_file()]
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files}


def free_environment():
    return {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
