"""Editors that are told of the server by a text alone and cannot be had here: what docs/editors.md says is read as they read it,
and what it names is started as they start it, and answers."""

import json
import os
import pathlib
import re
import subprocess
import sys

from screen import run

PAGE = pathlib.Path(os.environ["DBT_MESH_PAGE"]).read_text()
MESH = pathlib.Path(os.environ["DBT_MESH_EXAMPLE"])


def section(name):
    found = re.search(rf"^## {name}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section {name}"
    return found.group(1)


def block(name):
    found = re.search(r"```json\n(.*?)```", section(name), re.DOTALL)
    assert found, f"no block of JSON in {name}"
    return json.loads(found.group(1))


def answers(command):
    """Starts the server with these words and greets it."""
    server = subprocess.Popen(command, cwd=MESH, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        say(server, {"id": 1, "method": "initialize", "params": {
            "processId": None, "capabilities": {}, "rootUri": MESH.as_uri(),
            "workspaceFolders": [{"uri": MESH.as_uri(), "name": "mesh"}]}})
        result = hear(server)["result"]
        assert result["serverInfo"]["name"] == "dbt-mesh-lsp", result
        assert result["capabilities"]["completionProvider"], result
        say(server, {"method": "initialized", "params": {}})
        say(server, {"id": 2, "method": "shutdown"})
        while (said := hear(server)).get("id") != 2:
            pass
        assert said["result"] is None
        say(server, {"method": "exit"})
        assert server.wait(10) == 0
    finally:
        server.kill()


def say(server, message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    server.stdin.flush()


def hear(server):
    length = 0
    while line := server.stdout.readline().strip():
        name, value = line.split(b":")
        if name.lower() == b"content-length":
            length = int(value)
    assert length, "the server has ended"
    return json.loads(server.stdout.read(length))


def zed():
    settings = block("Zed")
    (name, server), = settings["lsp"].items()
    assert settings["languages"]["SQL"]["language_servers"] == [name, "..."]
    binary = server["binary"]
    answers([binary["path"], *binary["arguments"]])


def sublime():
    (client,) = block("Sublime Text")["clients"].values()
    assert client["enabled"] is True
    scopes = client["selector"].split(" | ")
    assert "source.sql" in scopes and "source.yaml" in scopes
    answers(client["command"])


def jetbrains():
    found = re.search(r"Command: `([^`]+)`", section("JetBrains"))
    answers(found.group(1).split())


def others():
    found = re.search(r"start `([^`]+)`", section("Others"))
    answers(found.group(1).split())


FAILED = run([zed, sublime, jetbrains, others])
sys.exit(1 if FAILED else 0)
