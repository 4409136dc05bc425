"""`type: dbt_cloud`: a stand-in for its Administrative API, written to what is documented of it."""

import json

from project import gzipped, manifest
from proxy import Reply

TOKEN = "dbtc_planted-secret"
HOST = "cloud.getdbt.com"


def place(**more):
    return "dbt_cloud", {"account_id": 42, "job_id": 7, **more}


class Cloud:
    """One account with one job; the number of its last good run."""

    def __init__(self, home="/api/v2", run=901):
        self.home, self.run, self.body, self.wrong = home, run, manifest(), []

    def __call__(self, request):
        if request.method != "GET":
            self.wrong.append(request)
            return Reply(405)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return self.refuse(401, "Invalid token.")
        if request.path == f"{self.home}/accounts/42/runs/":
            wanted = {"job_definition_id": "7", "status": "10", "order_by": "-finished_at", "limit": "1"}
            if request.query != wanted:
                self.wrong.append(request)
                return self.refuse(400, "what is this?")
            runs = [{"id": self.run, "status": 10, "job_definition_id": 7}] if self.run else []
            return Reply(200, json.dumps({"status": {"code": 200}, "data": runs}).encode())
        if request.path == f"{self.home}/accounts/42/runs/{self.run}/artifacts/manifest.json":
            if request.query not in ({}, {"step": "3"}):
                self.wrong.append(request)
            return Reply(200, self.body, {"content-type": "application/json"})
        return self.refuse(404, "not found")

    @staticmethod
    def refuse(status, words):
        body = {"status": {"code": status, "is_success": False, "user_message": f"{words} {TOKEN}"}, "data": None}
        return Reply(status, json.dumps(body).encode())


def run(cases, bench):
    internet, machine, cloud = bench.internet, bench.machine(), Cloud()
    internet.stands_for({HOST: cloud})
    token = {"DBT_CLOUD_API_TOKEN": TOKEN}
    cases.case("the last good run", machine.fetch(*place(), **token), "fetched", size=len(manifest()))
    cases.case("the same run again", machine.fetch(*place(), **token), "not modified")
    cases.true("reads no manifest again", not internet.asked[-1].path.endswith("manifest.json"), internet.asked[-1])
    cloud.run, cloud.body = 902, gzipped("later")
    cases.case("a later run, in gzip", machine.fetch(*place(), **token), "fetched", size=len(manifest("later")))
    cases.case("a step", machine.fetch(*place(step=3), **token), "fetched")
    cases.true("is asked for", internet.asked[-1].query == {"step": "3"}, internet.asked[-1])
    cases.case("no token", machine.fetch(*place()), "failed", "DBT_CLOUD_API_TOKEN")
    wrong = machine.fetch(*place(), DBT_CLOUD_API_TOKEN="dbtc_older")
    cases.case("wrong token", wrong, "failed", "401", HOST)
    gone = machine.fetch(*place(account_id=43), **token)
    cases.case("another account", gone, "failed", "account 43", "`api_endpoint`")
    cloud.run = None
    cases.case("no good run", machine.fetch(*place(), **token), "failed", "no successful run", "job 7")

    emea = Cloud("/api/v2", 77)
    internet.stands_for({"ab123.eu1.dbt.com": emea})
    own = place(api_endpoint="https://ab123.eu1.dbt.com/api/v2/")
    cases.case("an endpoint of its own", machine.fetch(*own, **token), "fetched")
    clear = place(api_endpoint="http://ab123.eu1.dbt.com/api/v2")
    cases.case("no token in clear", machine.fetch(*clear, **token), "failed", "https")

    def sends_on(request):
        return Reply(302, b"", {"location": "https://evil.example.com/"})

    def evil(request):
        return Reply(200 if "authorization" not in request.headers else 500, manifest())

    internet.stands_for({HOST: sends_on, "evil.example.com": evil})
    cases.case("runs that are elsewhere", machine.fetch(*place(), **token), "failed", "302")
    cases.true("no token goes there", all(it.host == HOST for it in internet.asked), internet.asked)

    def artifacts_elsewhere(request):
        if request.path.endswith("manifest.json"):
            return Reply(302, b"", {"location": "https://evil.example.com/signed?sig=planted-secret"})
        return cloud(request)

    cloud.run = 903
    internet.stands_for({HOST: artifacts_elsewhere, "evil.example.com": evil})
    cases.case("a manifest that is elsewhere", machine.fetch(*place(), **token), "fetched")
    cases.true("is had without the token", "authorization" not in internet.asked[-1].headers, internet.asked[-1])
    internet.stands_for({HOST: lambda _: Reply(200, b"<html>sign in</html>")})
    cases.case("a page instead", machine.fetch(*place(), **token), "failed", "JSON")
    internet.stands_for({HOST: lambda _: Reply(503, b"")})
    cases.case("trouble there", machine.fetch(*place(), **token), "failed", "503")
    cases.true("asked as documented", cloud.wrong == [] and emea.wrong == [], cloud.wrong + emea.wrong)
