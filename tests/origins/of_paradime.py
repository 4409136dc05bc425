"""`type: paradime`: a stand-in for its GraphQL API, with what its own Python library asks."""

import json
import re

from project import manifest
from proxy import Reply

KEY, SECRET = "planted-secret-key-of-paradime", "planted-secret-of-paradime"
HOST, FILES = "api.demo.paradime.io", "files.demo.paradime.io"
ENDPOINT = f"https://{HOST}/api/v1/12345/graphql"


def place(**more):
    return "paradime", {"schedule_name": "daily", **more}


class Paradime:
    """A schedule whose newest run failed in its last command, and has two manifests before that."""

    def __init__(self):
        self.asked = []
        self.files = {11: "target/run_results.json", 12: "target/manifest.json", 13: "target/manifest.json"}

    def __call__(self, request):
        if (request.headers.get("x-api-key"), request.headers.get("x-api-secret")) != (KEY, SECRET):
            return Reply(401, json.dumps({"detail": KEY}).encode())
        if request.method != "POST" or request.path != "/api/v1/12345/graphql":
            return Reply(404)
        asked = json.loads(request.body)
        name = re.search(r"\{\s*(\w+)", asked["query"]).group(1)
        self.asked.append(name)
        answer = getattr(self, name)(**asked["variables"])
        return Reply(200, json.dumps(answer).encode(), {"content-type": "application/json"})

    def listBoltRuns(self, scheduleName, offset, limit):
        if scheduleName != "daily":
            return {"errors": [{"message": f"schedule not found, {SECRET}"}], "data": None}
        return {"data": {"listBoltRuns": {"ok": True, "runs": [{"id": 2}, {"id": 1}]}}}

    def boltRunStatus(self, runId):
        commands = [{"id": 23, "returnCode": 1}, {"id": 21, "returnCode": 0}, {"id": 22, "returnCode": 0}]
        return {"data": {"boltRunStatus": {"commands": commands if runId == 2 else []}}}

    def boltCommand(self, commandId):
        ids = {21: [13], 22: [11, 12], 23: [12]}[commandId]
        return {"data": {"boltCommand": {"resources": [{"id": it, "path": self.files[it]} for it in ids]}}}

    def boltResourceUrl(self, resourceId):
        return {"data": {"boltResourceUrl": {"url": f"https://{FILES}/{resourceId}?signature=planted-secret"}}}


def run(cases, bench):
    internet, machine, paradime = bench.internet, bench.machine(), Paradime()

    def files(request):
        is_right = "x-api-key" not in request.headers and request.query == {"signature": "planted-secret"}
        return Reply(200, manifest(request.path)) if is_right else Reply(500)

    internet.stands_for({HOST: paradime, FILES: files})
    keys = {"PARADIME_API_KEY": KEY, "PARADIME_API_SECRET": SECRET, "PARADIME_API_ENDPOINT": ENDPOINT}
    last = machine.fetch(*place(), **keys)
    cases.case("the last good command", last, "fetched", size=len(manifest("/12")))
    cases.true("its file is read", internet.asked[-1].path == "/12", internet.asked[-1])
    cases.case("the same again", machine.fetch(*place(), **keys), "not modified")
    cases.true("reads no file again", internet.asked[-1].host == HOST, internet.asked[-1])
    cases.case("a command by its index", machine.fetch(*place(command_index=0), **keys), "fetched")
    cases.true("its file is read", internet.asked[-1].path == "/13", internet.asked[-1])
    written = place(api_key=KEY, api_secret=SECRET, api_endpoint=ENDPOINT, command_index=-2)
    cases.case("keys in the config", machine.fetch(*written), "fetched")
    failed = machine.fetch(*place(command_index=2), **keys)
    cases.case("a command that failed", failed, "failed", "schedule `daily`")
    cases.case(
        "no keys",
        machine.fetch(*place(), PARADIME_API_KEY=KEY),
        "failed",
        "PARADIME_API_SECRET, PARADIME_API_ENDPOINT",
    )
    wrong = machine.fetch(*place(), **{**keys, "PARADIME_API_SECRET": "older"})
    cases.case("wrong keys", wrong, "failed", "401", HOST)
    gone = machine.fetch("paradime", {"schedule_name": "gone"}, **keys)
    cases.case("no such schedule", gone, "failed", "schedule not found")
    clear = {**keys, "PARADIME_API_ENDPOINT": ENDPOINT.replace("https", "http")}
    cases.case("no keys in clear", machine.fetch(*place(), **clear), "failed", "https")
    internet.stands_for({HOST: lambda _: Reply(307, b"", {"location": "https://evil.example.com/"})})
    cases.case("sent on", machine.fetch(*place(), **keys), "failed", "307")
    cases.true("the keys stay", internet.unexpected == [], internet.unexpected)
