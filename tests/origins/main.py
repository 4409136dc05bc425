"""Fetches manifests with the built program from real servers, and from stand-ins where there are none.

python main.py PROGRAM AZURITE... : the program under test, and the command that starts Azurite.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import of_azure
import of_databricks
import of_dbt_cloud
import of_gcs
import of_paradime
import of_s3
import of_snowflake
from cases import Cases
from project import Machine, free_environment
from proxy import Internet

SECRET = "planted-secret"


@dataclass
class Bench:
    program: Path
    tools: Path
    azurite: list
    folder: Path
    internet: Internet
    machines: list

    def machine(self):
        machine = Machine(self.program, {**free_environment(), **self.internet.environment()})
        self.machines.append(machine)
        return machine


def nothing_is_told(cases, bench):
    """No planted secret stands in what was written for people, or in names and notes of the cache."""
    for machine in bench.machines:
        texts = list(machine.said)
        for path, body in machine.cache().items():
            texts.append(path)
            if not path.endswith(".json"):
                texts.append(body.decode(errors="replace"))
        told = [text for text in texts if SECRET in text]
        cases.true(f"{len(texts)} texts of {machine.folder.name}", not told, told[:1])


def main():
    program, *azurite = sys.argv[1:]
    folder = Path(tempfile.mkdtemp(prefix="origins-"))
    tools = Path(sys.executable).parent
    bench = Bench(Path(program).absolute(), tools, azurite, folder, Internet(folder), [])
    cases = Cases()
    cases.group("S3 of rclone", of_s3.of_rclone, bench)
    cases.group("S3 of moto", of_s3.of_moto, bench)
    cases.group("Azure of Azurite", of_azure.of_azurite, bench)
    cases.group("Azure with tokens", of_azure.with_tokens, bench)
    cases.group("Google of fake-gcs-server", of_gcs.of_fake_gcs, bench)
    cases.group("Google with tokens", of_gcs.with_tokens, bench)
    cases.group("dbt Cloud", of_dbt_cloud.run, bench)
    cases.group("Paradime", of_paradime.run, bench)
    cases.group("Databricks", of_databricks.run, bench)
    cases.group("Snowflake", of_snowflake.run, bench)
    cases.group("Secrets", nothing_is_told, bench)
    print(f"\n{cases.passed} passed, {len(cases.failed)} failed")
    sys.exit(1 if cases.failed else 0)


if __name__ == "__main__":
    main()
