#!/usr/bin/env python3
"""origins.py [--origins 50] [--megabytes 30] [--rate 30] [--server PATH]: what fetching costs those who type.

A project reads a manifest on disk, and so many at addresses on loopback: half of these come at --rate MB/s for each connection, the
others never answer, refuse, or lie behind a host that takes no connection. Measured, each on an empty cache:

    none       first right completion of a ref into the manifest on disk, without any of them
    fetching   the same while all are fetched; and when the last reachable one is in
    warm       the same with all kept and old: first completion, and requests seen before it
"""
import argparse
import json
import os
import queue
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

PARALLEL = 8
MODELS = 300


class Origins:
    """Answers /P.json with a manifest of project P, at a pace; /requests with how many there were."""

    def __init__(self, filler, rate):
        self.filler, self.size, self.rate, self.requests = open(filler, "rb"), os.path.getsize(filler), rate, 0
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.socket.getsockname()[1]

    def accept(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        try:
            with connection:
                self.answer_head(connection)
        except OSError:
            pass  # Whoever asked has ended.

    def answer_head(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(4096)
            if not piece:
                return
            head += piece
        name = head.split(b" ")[1].decode().strip("/")
        if name == "requests":
            body = b"%d" % self.requests
            connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            return
        self.requests += 1
        if name.startswith("silent"):
            connection.recv(1)
            return
        etag = f'"{name}"'.encode()
        if b"if-none-match: " + etag.lower() in head.lower():
            connection.sendall(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")
            return
        prefix, suffix = around(name.removesuffix(".json"))
        size = len(prefix) + self.size + len(suffix)
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nETag: %s\r\nContent-Length: %d\r\n\r\n%s" % (etag, size, prefix))
        # Who does not read for a while does not get it faster later.
        sent, step, due = 0, 1 << 18, time.perf_counter()
        while sent < self.size:
            sent += os.sendfile(connection.fileno(), self.filler.fileno(), sent, min(step, self.size - sent))
            now = time.perf_counter()
            due = max(due, now - 0.02) + step / self.rate
            if due > now:
                time.sleep(due - now)
        connection.sendall(suffix)


def serve(filler, rate):
    """The origins in a program of their own, which stands behind the one that is measured."""
    os.nice(19)
    origins = Origins(filler, rate)
    print(origins.port, flush=True)
    origins.accept()


def around(project):
    """What stands before and behind the nodes of a manifest."""
    return ('{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json","project_name":"%s",'
            '"generated_at":"2026-01-02T03:04:05Z"},"nodes":{' % project).encode(), b"}}"


def nodes(project, megabytes):
    """Models, most of whose bytes are code."""
    code = "select 1 as id -- " + "x" * (megabytes * 1_000_000 // MODELS - 600)
    made = []
    for at in range(MODELS):
        made.append(json.dumps(f"model.{project}.extra_{at}") + ":" + json.dumps({
            "unique_id": f"model.{project}.extra_{at}", "resource_type": "model", "name": f"extra_{at}",
            "package_name": project, "schema": "main", "access": "public", "original_file_path": f"models/extra_{at}.sql", "raw_code": code,
            "columns": {}, "config": {}, "depends_on": {"nodes": []}}))
    return ",".join(made).encode()


class Client:
    def __init__(self, server, mesh, home):
        environment = {**os.environ, "XDG_CACHE_HOME": str(home / "cache"), "XDG_CONFIG_HOME": str(home / "config")}
        self.process = subprocess.Popen([server, "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, env=environment)
        self.messages, self.count = queue.Queue(), 0
        threading.Thread(target=self.read, daemon=True).start()
        self.began = time.perf_counter()
        self.ask("initialize", {"capabilities": {}, "workspaceFolders": [{"uri": mesh.as_uri(), "name": "mesh"}]})
        self.say("initialized", {})

    def read(self):
        out = self.process.stdout
        while True:
            length = 0
            while line := out.readline().strip():
                if line.lower().startswith(b"content-length"):
                    length = int(line.split(b":")[1])
            if not length:
                return
            self.messages.put(json.loads(out.read(length)))

    def write(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def say(self, method, params):
        self.write({"method": method, "params": params})

    def ask(self, method, params):
        self.count += 1
        self.write({"id": self.count, "method": method, "params": params})
        while True:
            message = self.messages.get(timeout=120)
            if message.get("id") == self.count and "method" not in message:
                return message.get("result")

    def end(self):
        self.ask("shutdown", None)
        began = time.perf_counter()
        self.say("exit", None)
        self.process.wait(30)
        return time.perf_counter() - began


def first_completion(client, mesh):
    """Seconds from `initialize` to a completion that has the model."""
    path = mesh / "shop" / "models" / "asked.sql"
    text = "select * from {{ ref('core', '') }}"
    document = {"uri": path.as_uri(), "languageId": "sql", "version": 1, "text": text}
    client.say("textDocument/didOpen", {"textDocument": document})
    while True:
        at = {"textDocument": {"uri": path.as_uri()}, "position": {"line": 0, "character": 30}}
        found = client.ask("textDocument/completion", at) or {}
        items = found if isinstance(found, list) else found.get("items", [])
        if any("extra_77" in item["label"] for item in items):
            return time.perf_counter() - client.began
        time.sleep(0.002)


def make_mesh(folder, origins, hosts):
    shop, core = folder / "shop", folder / "core"
    (shop / "models").mkdir(parents=True)
    (shop / "dbt_project.yml").write_text("name: shop\n")
    for at in range(1000):
        (shop / "models" / f"orders_{at}.sql").write_text("select 1 as id\n")
    (shop / "models" / "asked.sql").write_text("select 1\n")
    (core / "target").mkdir(parents=True)
    (core / "target" / "manifest.json").write_bytes(nodes("core", 30).join(around("core")))
    entries = ["  - name: core\n    type: file\n    config:\n      path: ../core/target/manifest.json\n"]
    entries += [f"  - name: P{at}\n    type: file\n    config:\n      path: {hosts(at)}\n" for at in range(origins)]
    (shop / "dbt_loom.config.yml").write_text("manifests:\n" + "".join(entries))


def requests(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/requests") as answer:
        return int(answer.read())


def states(client):
    return [manifest["state"] for manifest in client.ask("dbtMesh/status", None)["manifests"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--origins", type=int, default=50)
    parser.add_argument("--megabytes", type=int, default=30)
    parser.add_argument("--rate", type=float, default=30, help="MB/s of each connection")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--serve", metavar="FILE", help="be the origins")
    parser.add_argument("--server", default="target/release/dbt-mesh-lsp")
    arguments = parser.parse_args()
    if arguments.serve:
        return serve(arguments.serve, arguments.rate * 1e6)
    root = Path(tempfile.mkdtemp(prefix="origins"))
    (root / "filler").write_bytes(nodes("P", arguments.megabytes))
    origins = subprocess.Popen([sys.executable, __file__, "--serve", root / "filler", "--rate", str(arguments.rate)],
                               stdout=subprocess.PIPE)
    port = int(origins.stdout.readline())
    closed = socket.create_server(("127.0.0.1", 0))
    refused = closed.getsockname()[1]
    closed.close()
    # Its queue is full from the start: connections are never taken.
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = [socket.socket() for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(full.getsockname())
    bad = [f"http://127.0.0.1:{refused}", f"http://127.0.0.1:{port}/silent",
           f"http://127.0.0.1:{full.getsockname()[1]}"]

    def host(at):
        return f"http://127.0.0.1:{port}/P{at}.json" if at % 2 == 0 else f"{bad[at // 2 % 3]}/P{at}.json"

    try:
        make_mesh(root / "none", 0, host)
        make_mesh(root / "all", arguments.origins, host)
        (root / "config" / "dbt-mesh-lsp").mkdir(parents=True)
        hosts = [f"127.0.0.1:{port}" for port in (port, refused, full.getsockname()[1])]
        (root / "config" / "dbt-mesh-lsp" / "allowed.toml").write_text("hosts = " + json.dumps(hosts) + "\n")
        reachable = (arguments.origins + 1) // 2
        in_all = reachable + 1  # With the one on disk.
        alone, beside, all_in, ends, warm, seen, kept = [], [], [], [], [], [], []
        for _ in range(arguments.runs):
            for name, seconds in (("none", alone), ("all", beside)):
                shutil.rmtree(root / "cache", ignore_errors=True)
                client = Client(arguments.server, root / name, root)
                seconds.append(first_completion(client, root / name))
                if name == "all":
                    while states(client).count("loaded") < in_all:
                        time.sleep(0.02)
                    all_in.append(time.perf_counter() - client.began)
                    ends.append(client.end())
                else:
                    client.end()
        one = reachable * arguments.megabytes / arguments.rate
        bound = one * 1.5 / PARALLEL
        for _ in range(arguments.runs):
            # All is kept, and old.
            for note in (root / "cache").rglob("*.note"):
                old = json.loads(note.read_text())
                old["checked_at"] = 0
                note.write_text(json.dumps(old))
            before = requests(port)
            client = Client(arguments.server, root / "all", root)
            warm.append(first_completion(client, root / "all"))
            seen.append(requests(port) - before)
            while states(client).count("loaded") < in_all:
                time.sleep(0.02)
            kept.append(time.perf_counter() - client.began)
            client.end()
        median = lambda values: sorted(values)[len(values) // 2]
        shown = lambda values: [round(it * 1000) for it in values]
        print(f"first completion without origins       {median(alone) * 1000:6.1f} ms  {shown(alone)}")
        print(f"first completion while all are fetched {median(beside) * 1000:6.1f} ms  {shown(beside)}"
              f"  ({median(beside) / median(alone) * 100 - 100:+.1f}%)")
        print(f"all {reachable} reachable ones in {median(all_in):.2f} s  {shown(all_in)}   bound {bound:.2f} s "
              f"(one connection {one:.1f} s, {PARALLEL} at once)")
        print(f"warm: first completion {median(warm) * 1000:.1f} ms  {shown(warm)}, requests before it {seen}, "
              f"all kept ones read after {median(kept):.2f} s")
        print(f"shutdown with silent origins under way {median(ends) * 1000:.0f} ms  {shown(ends)}")
    finally:
        origins.kill()
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
