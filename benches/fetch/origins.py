#!/usr/bin/env python3
"""origins.py [--origins 50] [--megabytes 30] [--rate 30] [--server PATH]: what fetching costs those who type.

A project reads so many manifests at addresses on loopback: half of them come at --rate MB/s for each connection, the others never
answer, refuse, or lie behind a host that takes no connection. Measured, each on an empty cache:

    none       first right completion without any of them
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
import tempfile
import threading
import time
from pathlib import Path

PARALLEL = 8


class Origins:
    """Answers /N.json with a manifest, at a pace; counts connections."""

    def __init__(self, bodies, rate):
        self.bodies, self.rate, self.requests, self.stamps = bodies, rate, 0, []
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(4096)
                if not piece:
                    return
                head += piece
            self.requests += 1
            name = head.split(b" ")[1].decode().strip("/")
            if name.startswith("silent"):
                time.sleep(600)
                return
            etag = f'"{name}"'.encode()
            if b"if-none-match: " + etag.lower() in head.lower():
                connection.sendall(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")
                return
            prefix, filler, suffix = self.bodies(name)
            size = len(prefix) + len(filler) + len(suffix)
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nConnection: close\r\nETag: %s\r\nContent-Length: %d\r\n\r\n" % (etag, size))
            connection.sendall(prefix)
            began, sent, step = time.perf_counter(), 0, 1 << 19
            view = memoryview(filler)
            while sent < len(filler):
                connection.sendall(view[sent:sent + step])
                sent += step
                ahead = sent / self.rate - (time.perf_counter() - began)
                if ahead > 0:
                    time.sleep(ahead)
            connection.sendall(suffix)


def make_body(megabytes):
    """A manifest of 300 models, most of whose bytes are code."""
    code = "select 1 as id -- " + "x" * (megabytes * 1_000_000 // 300 - 600)
    filler = []
    for at in range(300):
        filler.append(json.dumps(f"model.P.extra_{at}") + ":" + json.dumps({
            "unique_id": f"model.P.extra_{at}", "resource_type": "model", "name": f"extra_{at}", "package_name": "P",
            "access": "public", "original_file_path": f"models/extra_{at}.sql", "raw_code": code, "columns": {},
            "config": {}, "depends_on": {"nodes": []}}))
    filler = (",".join(filler)).encode()

    def body(name):
        project = name.removesuffix(".json")
        prefix = ('{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/manifest/v12.json","project_name":"%s",'
                  '"generated_at":"2026-01-02T03:04:05Z"},"nodes":{' % project).encode()
        return prefix, filler, b"}}"
    return body


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
    text = "select * from {{ ref('') }}"
    document = {"uri": path.as_uri(), "languageId": "sql", "version": 1, "text": text}
    client.say("textDocument/didOpen", {"textDocument": document})
    while True:
        at = {"textDocument": {"uri": path.as_uri()}, "position": {"line": 0, "character": 22}}
        found = client.ask("textDocument/completion", at) or {}
        items = found if isinstance(found, list) else found.get("items", [])
        if any("orders_77" in item["label"] for item in items):
            return time.perf_counter() - client.began
        time.sleep(0.002)


def make_mesh(folder, origins, hosts):
    shop = folder / "shop"
    (shop / "models").mkdir(parents=True)
    (shop / "dbt_project.yml").write_text("name: shop\n")
    for at in range(300):
        (shop / "models" / f"orders_{at}.sql").write_text("select 1 as id\n")
    (shop / "models" / "asked.sql").write_text("select 1\n")
    entries = [f"  - name: P{at}\n    type: file\n    config:\n      path: {hosts(at)}\n" for at in range(origins)]
    (shop / "dbt_loom.config.yml").write_text("manifests:" + ("\n" + "".join(entries) if entries else " []\n"))


def states(client):
    return [manifest["state"] for manifest in client.ask("dbtMesh/status", None)["manifests"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--origins", type=int, default=50)
    parser.add_argument("--megabytes", type=int, default=30)
    parser.add_argument("--rate", type=float, default=30, help="MB/s of each connection")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--server", default="target/release/dbt-mesh-lsp")
    arguments = parser.parse_args()
    origins = Origins(make_body(arguments.megabytes), arguments.rate * 1e6)
    closed = socket.create_server(("127.0.0.1", 0))
    refused = closed.getsockname()[1]
    closed.close()
    # Its queue is full from the start: connections are never taken.
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    for _ in range(4):
        waiting = socket.socket()
        waiting.setblocking(False)
        waiting.connect_ex(full.getsockname())
        origins.stamps.append(waiting)
    bad = [f"http://127.0.0.1:{refused}", f"http://127.0.0.1:{origins.port}/silent",
           f"http://127.0.0.1:{full.getsockname()[1]}"]

    def host(at):
        return f"http://127.0.0.1:{origins.port}/P{at}.json" if at % 2 == 0 else f"{bad[at // 2 % 3]}/P{at}.json"

    root = Path(tempfile.mkdtemp(prefix="origins"))
    try:
        make_mesh(root / "none", 0, host)
        make_mesh(root / "all", arguments.origins, host)
        (root / "config" / "dbt-mesh-lsp").mkdir(parents=True)
        hosts = [f"127.0.0.1:{port}" for port in (origins.port, refused, full.getsockname()[1])]
        (root / "config" / "dbt-mesh-lsp" / "allowed.toml").write_text("hosts = " + json.dumps(hosts) + "\n")
        reachable = (arguments.origins + 1) // 2
        alone, beside, all_in = [], [], []
        for _ in range(arguments.runs):
            for name, seconds in (("none", alone), ("all", beside)):
                shutil.rmtree(root / "cache", ignore_errors=True)
                client = Client(arguments.server, root / name, root)
                seconds.append(first_completion(client, root / name))
                if name == "all":
                    while states(client).count("loaded") < reachable:
                        time.sleep(0.02)
                    all_in.append(time.perf_counter() - client.began)
                ended = client.end()
        one = reachable * arguments.megabytes / arguments.rate
        bound = one * 1.5 / PARALLEL
        # All is kept, and old.
        for note in (root / "cache").rglob("*.note"):
            old = json.loads(note.read_text())
            old["checked_at"] = 0
            note.write_text(json.dumps(old))
        before = origins.requests
        client = Client(arguments.server, root / "all", root)
        warm = first_completion(client, root / "all")
        seen = origins.requests - before
        while states(client).count("loaded") < reachable:
            time.sleep(0.02)
        kept = time.perf_counter() - client.began
        client.end()
        median = lambda values: sorted(values)[len(values) // 2]
        print(f"first completion without origins      {median(alone) * 1000:7.1f} ms  {[round(it * 1000) for it in alone]}")
        print(f"first completion while all are fetched {median(beside) * 1000:6.1f} ms  {[round(it * 1000) for it in beside]}"
              f"  ({median(beside) / median(alone) * 100 - 100:+.1f}%)")
        print(f"all {reachable} reachable ones in          {median(all_in):7.2f} s   bound {bound:.2f} s "
              f"(one connection {one:.1f} s, {PARALLEL} at once)")
        print(f"warm: first completion {warm * 1000:.1f} ms, {seen} requests before it, all kept ones read after {kept:.2f} s")
        print(f"shutdown with silent origins under way {ended * 1000:.0f} ms")
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
