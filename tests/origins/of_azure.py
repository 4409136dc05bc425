"""`type: azure`, from Azurite, which checks keys, signatures and dates; tokens from stand-ins for Azure's sign-in."""

import datetime
import json

from azure.storage.blob import BlobSasPermissions, BlobServiceClient, generate_blob_sas

import servers
from project import gzipped, manifest
from proxy import Reply

NAME = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
SECRET = "planted-secret-of-azure"
TENANT, CLIENT = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"


def azure(object_name="core/manifest.json", container="mesh", account="meshstore"):
    place = {"account_name": account, "container_name": container, "object_name": object_name}
    return "azure", place


def of_azurite(cases, bench):
    with servers.azurite(bench.azurite, bench.folder) as port:
        home = f"http://127.0.0.1:{port}/{NAME}"
        string = f"DefaultEndpointsProtocol=http;AccountName={NAME};AccountKey={KEY};BlobEndpoint={home};"
        container = BlobServiceClient.from_connection_string(string).create_container("mesh")
        container.upload_blob("core/manifest.json", manifest())
        container.upload_blob("core/manifest.json.gz", gzipped())
        container.upload_blob("core/a b+ü.json", manifest())
        machine = bench.machine()
        here = {"AZURE_STORAGE_CONNECTION_STRING": string}
        cases.case("right key", machine.fetch(*azure(), **here), "fetched", size=len(manifest()))
        cases.case("not modified", machine.fetch(*azure(), **here), "not modified")
        container.upload_blob("core/manifest.json", manifest("changed"), overwrite=True)
        cases.case("changed", machine.fetch(*azure(), **here), "fetched", size=len(manifest("changed")))
        cases.case("gzip", machine.fetch(*azure("core/manifest.json.gz"), **here), "fetched")
        cases.case("a name that has to be escaped", machine.fetch(*azure("core/a b+ü.json"), **here), "fetched")
        wrong = string.replace(KEY, "d3Jvbmcta2V5LXdyb25nLWtleS13cm9uZy1rZXk=")
        cases.case(
            "wrong key",
            machine.fetch(*azure(), AZURE_STORAGE_CONNECTION_STRING=wrong),
            "failed",
            "403",
        )
        cases.case("missing blob", machine.fetch(*azure("gone.json"), **here), "failed", "404", "gone.json")
        cases.case("missing container", machine.fetch(*azure(container="gone"), **here), "failed", "container")
        signed(cases, machine, home)
        cases.case(
            "a string that says nothing",
            machine.fetch(*azure(), AZURE_STORAGE_CONNECTION_STRING="EndpointSuffix=core.windows.net"),
            "failed",
            "AccountName",
        )


def signed(cases, machine, home):
    def sas(hours, blob="core/manifest.json"):
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
        token = generate_blob_sas(
            NAME, "mesh", blob, account_key=KEY, permission=BlobSasPermissions(read=True), expiry=until
        )
        return {"AZURE_STORAGE_CONNECTION_STRING": f"BlobEndpoint={home};SharedAccessSignature={token}"}

    cases.case("shared access signature", machine.fetch(*azure(), **sas(1)), "fetched")
    late = machine.fetch(*azure(), **sas(-1))
    cases.true("one that is over", late.state == "failed", late)
    other = machine.fetch(*azure(), **sas(1, "another.json"))
    cases.case("one for another blob", other, "failed", "403")


def with_tokens(cases, bench):
    internet, machine = bench.internet, bench.machine()
    blobs = "meshstore.blob.core.windows.net"
    sign_in = "login.microsoftonline.com"

    def store(request):
        if request.bearer != "planted-secret-token":
            headers = {"x-ms-error-code": "InvalidAuthenticationInfo"}
            return Reply(401, b"", headers)
        if "x-ms-version" not in request.headers or request.path != "/mesh/core/manifest.json":
            return Reply(400)
        return Reply(200, manifest(), {"etag": '"0x8D"'})

    def tokens(request):
        wanted = {
            "grant_type": "client_credentials",
            "client_id": CLIENT,
            "client_secret": SECRET,
            "scope": "https://storage.azure.com/.default",
        }
        if request.path != f"/{TENANT}/oauth2/v2.0/token" or request.form != wanted:
            words = f"AADSTS7000215: Invalid client secret provided: {SECRET}"
            return Reply(401, json.dumps({"error": "invalid_client", "error_description": words}).encode())
        answer = {"access_token": "planted-secret-token", "expires_in": 3599, "token_type": "Bearer"}
        return Reply(200, json.dumps(answer).encode())

    internet.stands_for({blobs: store, sign_in: tokens})
    principal = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, "AZURE_CLIENT_SECRET": SECRET}
    cases.case("service principal", machine.fetch(*azure(), **principal), "fetched")
    wrong = machine.fetch(*azure(), **{**principal, "AZURE_CLIENT_SECRET": "wrong"})
    cases.case("its secret is wrong", wrong, "failed", "AADSTS7000215", "AZURE_CLIENT_SECRET")
    cases.true("its answer is not told", SECRET not in wrong.everything, wrong)

    def workload(request):
        assertion = request.form.get("client_assertion")
        if assertion != "a.federated.token":
            return Reply(400, b'{"error":"invalid_grant"}')
        return Reply(200, b'{"access_token":"planted-secret-token","expires_in":3599}')

    internet.stands_for({blobs: store, sign_in: workload})
    token = machine.write("token", "a.federated.token")
    federated = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, "AZURE_FEDERATED_TOKEN_FILE": token}
    cases.case("workload identity", machine.fetch(*azure(), **federated), "fetched")
    token.write_text("an.older.token")
    cases.case("one that is over", machine.fetch(*azure(), **federated), "failed", "invalid_grant")
    managed(cases, bench, machine, store, blobs)
    tools(cases, bench, machine, store, blobs)


def managed(cases, bench, machine, store, blobs):
    def metadata(request):
        is_right = request.headers.get("metadata") == "true" and request.query.get("resource") == "https://storage.azure.com/"
        answer = {"access_token": "planted-secret-token", "expires_on": "4102444800", "token_type": "Bearer"}
        return Reply(200, json.dumps(answer).encode()) if is_right else Reply(400)

    bench.internet.stands_for({blobs: store, bench.internet.name: metadata})
    here = {"AZURE_IMDS_ENDPOINT": f"{bench.internet.address}/metadata/identity/oauth2/token"}
    cases.case("managed identity", machine.fetch(*azure(), **here), "fetched")


def tools(cases, bench, machine, store, blobs):
    bench.internet.stands_for({blobs: store})
    nobody = machine.fetch(*azure(), AZURE_IMDS_ENDPOINT=f"http://127.0.0.1:{servers.free_port()}/")
    cases.case("nobody is signed in", nobody, "failed", "AZURE_CLIENT_ID", "`az login`", "not installed")
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    answer = json.dumps(
        {
            "accessToken": "planted-secret-token",
            "expires_on": int(until.timestamp()),
            "expiresOn": "2026-01-01 00:00:00.000000",
            "tokenType": "Bearer",
        }
    )
    wanted = "account get-access-token --resource https://storage.azure.com/ --output json"
    where = machine.folder / "where"
    script = f"#!/bin/sh\npwd > '{where}'\ntest \"$*\" = '{wanted}' && echo '{answer}'\n"
    machine.write("bin/az", script, 0o755)
    cases.case("Azure CLI", machine.fetch(*azure(), AZURE_TOKEN_CREDENTIALS="dev"), "fetched")
    # What a repository has in its folder is no tool, and no module of one.
    cases.true("it runs outside of the project", where.read_text().strip() == "/", where.read_text())
    machine.write("bin/az", "#!/bin/sh\necho 'planted-secret: Please run az login' >&2\nexit 1\n", 0o755)
    late = machine.fetch(*azure(), AZURE_TOKEN_CREDENTIALS="dev")
    cases.case("Azure CLI, signed out", late, "failed", "nobody is signed in")
    answer = json.dumps({"token": "planted-secret-token", "expiresOn": until.strftime("%Y-%m-%dT%H:%M:%SZ")})
    machine.write("bin/azd", f"#!/bin/sh\necho '{answer}'\n", 0o755)
    cases.case("Azure Developer CLI", machine.fetch(*azure(), AZURE_TOKEN_CREDENTIALS="dev"), "fetched")
    answer = json.dumps({"token": "another", "expiresOn": until.strftime("%Y-%m-%dT%H:%M:%SZ")})
    machine.write("bin/azd", f"#!/bin/sh\necho '{answer}'\n", 0o755)
    refused = machine.fetch(*azure(), AZURE_TOKEN_CREDENTIALS="dev")
    cases.true("a token that is not taken", refused.state == "failed", refused)
    evil = machine.fetch(*azure(account="evil.example.com/x"), AZURE_TOKEN_CREDENTIALS="dev")
    cases.case("an account that would be a host", evil, "failed", "no name of a storage account")
    cases.true("nobody else was asked", bench.internet.unexpected == [], bench.internet.unexpected)
