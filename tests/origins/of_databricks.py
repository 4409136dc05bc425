"""`type: databricks`: a stand-in for a workspace's REST API, written to what is documented of it."""

import base64
import json

from project import gzipped, manifest
from proxy import Reply

HOST, TOKEN = "dbc-12ab.cloud.databricks.com", "dapi-planted-secret"
WORKSPACE, VOLUME, DBFS = "/Workspace/Shared/m.json", "/Volumes/main/dbt/files/a b.json", "/dbfs/dbt/m.json.gz"


def place(path):
    return "databricks", {"path": path}


class Workspace:
    def __init__(self):
        self.token, self.wrong, self.modified = TOKEN, [], 1
        self.big = manifest() + b" " * (3 << 20)

    def __call__(self, request):
        if request.path == "/oidc/v1/token":
            return self.oidc(request)
        if request.headers.get("authorization") not in (f"Bearer {self.token}", self.basic("me", "planted-secret")):
            return self.refuse(403, "PERMISSION_DENIED")
        if request.method != "GET":
            self.wrong.append(request)
        parts = request.path.split("/")
        if request.path.startswith("/api/2.0/fs/files/"):
            return self.volume("/" + "/".join(parts[5:]), request)
        name = "_".join(parts[3:]).replace("-", "_")
        return getattr(self, name)(**request.query)

    @staticmethod
    def basic(user, password):
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    @staticmethod
    def refuse(status, code):
        return Reply(status, json.dumps({"error_code": code, "message": f"no: {TOKEN}"}).encode())

    @staticmethod
    def say(**fields):
        return Reply(200, json.dumps(fields).encode())

    def oidc(self, request):
        is_right = request.headers.get("authorization") == self.basic("client", "planted-secret-of-client")
        if not is_right or request.form != {"grant_type": "client_credentials", "scope": "all-apis"}:
            return Reply(401, b'{"error":"invalid_client"}')
        self.token = "token-of-a-client"
        return self.say(access_token=self.token, token_type="Bearer", expires_in=3600)

    def workspace_get_status(self, path):
        if path != WORKSPACE:
            return self.refuse(404, "RESOURCE_DOES_NOT_EXIST")
        return self.say(path=path, object_type="FILE", object_id=5, modified_at=self.modified)

    def workspace_export(self, path, format, direct_download):
        if (path, format, direct_download) != (WORKSPACE, "AUTO", "true"):
            return Reply(400)
        return Reply(200, manifest(), {"content-type": "application/octet-stream"})

    def dbfs_get_status(self, path):
        if path != "/dbt/m.json.gz":
            return self.refuse(404, "RESOURCE_DOES_NOT_EXIST")
        return self.say(path=path, is_dir=False, file_size=len(self.big), modification_time=self.modified)

    def dbfs_read(self, path, offset, length):
        if path != "/dbt/m.json.gz" or int(length) > 1 << 20:
            return self.refuse(400, "MAX_READ_SIZE_EXCEEDED")
        piece = self.big[int(offset) :][: int(length)]
        return self.say(bytes_read=len(piece), data=base64.b64encode(piece).decode())

    def volume(self, path, request):
        if path != VOLUME:
            return self.refuse(404, "NOT_FOUND")
        return Reply(200, gzipped(), {"last-modified": "Fri, 20 Nov 2026 08:00:00 GMT"})


def run(cases, bench):
    internet, machine, workspace = bench.internet, bench.machine(), Workspace()
    internet.stands_for({HOST: workspace})
    here = {"DATABRICKS_HOST": f"https://{HOST}/", "DATABRICKS_TOKEN": TOKEN}
    cases.case("a workspace's file", machine.fetch(*place(WORKSPACE), **here), "fetched", size=len(manifest()))
    cases.case("the same again", machine.fetch(*place(WORKSPACE), **here), "not modified")
    workspace.modified = 2
    cases.case("changed", machine.fetch(*place(WORKSPACE), **here), "fetched", size=len(manifest()))
    cases.case("a volume's file", machine.fetch(*place(VOLUME), **here), "fetched", size=len(manifest()))
    cases.case("the same again", machine.fetch(*place(VOLUME), **here), "not modified")
    cases.case("DBFS, piece by piece", machine.fetch(*place(DBFS), **here), "fetched", size=len(workspace.big))
    cases.case("the same again", machine.fetch(*place(DBFS), **here), "not modified")
    for kind, path in [("workspace", "/Workspace/gone.json"), ("volume", "/Volumes/gone.json"), ("DBFS", "/dbfs/gone")]:
        gone = machine.fetch(*place(path), **here)
        cases.case(f"missing in the {kind}", gone, "failed", "404", "gone", HOST)
    wrong = machine.fetch(*place(VOLUME), **{**here, "DATABRICKS_TOKEN": "dapi-older"})
    cases.case("wrong token", wrong, "failed", "403", "PERMISSION_DENIED")
    cases.true("its answer is not told", TOKEN not in wrong.everything, wrong)
    nobody = machine.fetch(*place(VOLUME))
    cases.case("no credentials", nobody, "failed", "DATABRICKS_HOST", "`DEFAULT`", ".databrickscfg")
    host_alone = machine.fetch(*place(VOLUME), DATABRICKS_HOST=HOST)
    cases.case("no token", host_alone, "failed", "DATABRICKS_TOKEN", "`databricks`")
    cases.case("a way out", machine.fetch(*place("/Volumes/../x"), **here), "failed", "`..`")

    machine.write(
        "home/.databrickscfg",
        f"[DEFAULT]\nhost = https://{HOST}\ntoken = {TOKEN}\n\n"
        f"[client]\nhost = {HOST}\nclient_id = client\nclient_secret = planted-secret-of-client\n\n"
        f"[basic]\nhost = {HOST}\nusername = me\npassword = planted-secret\n\n"
        f"[cli]\nhost = https://{HOST}\nauth_type = databricks-cli\n",
    )
    cases.case("profile DEFAULT", machine.fetch(*place(VOLUME)), "fetched")
    # Its token may be another workspace's.
    beside = machine.fetch(*place(VOLUME), DATABRICKS_HOST=HOST)
    cases.case("a host beside profile DEFAULT", beside, "failed", "DATABRICKS_TOKEN", "DATABRICKS_CONFIG_PROFILE")
    named = {"DATABRICKS_HOST": HOST, "DATABRICKS_CONFIG_PROFILE": "DEFAULT"}
    cases.case("the same profile, named", machine.fetch(*place(VOLUME), **named), "fetched")
    cases.case("name and password", machine.fetch(*place(VOLUME), DATABRICKS_CONFIG_PROFILE="basic"), "fetched")
    client = {"DATABRICKS_CONFIG_PROFILE": "client"}
    cases.case("a client's secret", machine.fetch(*place(VOLUME), **client), "fetched")
    wrong = machine.fetch(*place(VOLUME), **client, DATABRICKS_CLIENT_SECRET="older")
    cases.case("a wrong one", wrong, "failed", "401", "invalid_client")
    gone = machine.fetch(*place(VOLUME), DATABRICKS_CONFIG_PROFILE="gone")
    cases.case("no such profile", gone, "failed", "profile `gone`")
    workspace.token = "token-of-the-tool"
    answer = json.dumps({"access_token": workspace.token, "token_type": "Bearer"})
    wanted = f"auth token --host https://{HOST}"
    machine.write("bin/databricks", f"#!/bin/sh\ntest \"$*\" = '{wanted}' && echo '{answer}'\n", 0o755)
    cases.case("Databricks CLI", machine.fetch(*place(VOLUME), DATABRICKS_CONFIG_PROFILE="cli"), "fetched")
    cases.true("asked as documented", workspace.wrong == [], workspace.wrong)

    azure = "adb-1.2.azuredatabricks.net"

    def sign_in(request):
        scope = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default"
        is_right = request.form.get("scope") == scope and request.form.get("client_secret") == "planted-secret"
        return Reply(200, b'{"access_token":"token-of-the-tool","expires_in":1}') if is_right else Reply(401, b"{}")

    internet.stands_for({azure: workspace, "login.microsoftonline.com": sign_in})
    principal = {"ARM_TENANT_ID": "t", "ARM_CLIENT_ID": "c", "ARM_CLIENT_SECRET": "planted-secret"}
    on_azure = {**principal, "DATABRICKS_HOST": azure, "DATABRICKS_CONFIG_FILE": machine.home / "none"}
    cases.case("a principal of Azure", machine.fetch(*place(VOLUME), **on_azure), "fetched")
    cases.true("nobody else was asked", internet.unexpected == [], internet.unexpected)
