"""`type: gcs`, from fake-gcs-server; tokens and refusals, which it does not know, from stand-ins for Google's hosts."""

import base64
import json
import urllib.request

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import servers
from project import gzipped, manifest
from proxy import Reply

TOKEN = "planted-secret-token-of-google"
STORE, TOKENS = "storage.googleapis.com", "oauth2.googleapis.com"
IAM, STS = "iamcredentials.googleapis.com", "sts.googleapis.com"


def gcs(object_name="core/manifest.json", bucket="mesh", **more):
    return "gcs", {"project_id": "meshes", "bucket_name": bucket, "object_name": object_name, **more}


def of_fake_gcs(cases, bench):
    with servers.fake_gcs(bench.tools, bench.folder) as port:
        home = f"http://127.0.0.1:{port}"

        def post(path, body, kind):
            request = urllib.request.Request(home + path, body, {"content-type": kind})
            urllib.request.urlopen(request).close()

        def upload(name, body):
            post(f"/upload/storage/v1/b/mesh/o?uploadType=media&name={name}", body, "application/json")

        post("/storage/v1/b?project=meshes", b'{"name": "mesh"}', "application/json")
        upload("core/manifest.json", manifest())
        upload("core/manifest.json.gz", gzipped())
        upload("core/a%20b%2B.json", manifest())
        machine = bench.machine()
        here = {"STORAGE_EMULATOR_HOST": home}
        cases.case("fetched", machine.fetch(*gcs(), **here), "fetched", size=len(manifest()))
        cases.case("the same generation", machine.fetch(*gcs(), **here), "not modified")
        upload("core/manifest.json", manifest("changed"))
        cases.case("changed", machine.fetch(*gcs(), **here), "fetched", size=len(manifest("changed")))
        cases.case("gzip", machine.fetch(*gcs("core/manifest.json.gz"), **here), "fetched")
        cases.case("a name that has to be escaped", machine.fetch(*gcs("core/a b+.json"), **here), "fetched")
        cases.case("missing object", machine.fetch(*gcs("gone.json"), **here), "failed", "404", "gone.json")
        cases.case("missing bucket", machine.fetch(*gcs(bucket="gone"), **here), "failed", "gone")


class Google:
    """Google's hosts, which know one service account and one user."""

    def __init__(self):
        self.key = rsa.generate_private_key(65537, 2048)
        self.generation = "1700000000000001"
        self.allowed = {TOKEN}
        self.impersonated = []
        self.exchanged = []

    def hosts(self):
        return {STORE: self.store, TOKENS: self.tokens, IAM: self.iam, STS: self.sts}

    def sts(self, request):
        """The exchange of a workload's own token, as in CI."""
        self.exchanged.append(request)
        if request.form.get("subject_token") != "planted-secret-subject":
            return Reply(400, b'{"error":"invalid_grant","error_description":"planted-secret"}')
        answer = {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer", "issued_token_type": "x"}
        return Reply(200, json.dumps(answer).encode())

    def store(self, request):
        if request.bearer not in self.allowed:
            return Reply(401, b'{"error":{"code":401,"message":"Invalid Credentials"}}')
        if request.target.split("?")[0] != "/storage/v1/b/mesh/o/core%2Fmanifest.json":
            return Reply(403, b'{"error":{"code":403,"message":"no storage.objects.get access"}}')
        if request.query.get("alt") != "media":
            return Reply(400)
        if request.query.get("ifGenerationNotMatch") == self.generation:
            return Reply(304)
        return Reply(200, manifest(), {"x-goog-generation": self.generation, "etag": "CJ="})

    def tokens(self, request):
        form = request.form if "urlencoded" in request.headers["content-type"] else json.loads(request.body)
        if form["grant_type"] == "refresh_token":
            wanted = {"client_id": "c", "client_secret": "planted-secret-of-client", "refresh_token": "1//planted-secret"}
            is_right = all(form.get(name) == value for name, value in wanted.items())
        else:
            is_right = self.is_signed(form["assertion"])
        if not is_right:
            refusal = {"error": "invalid_grant", "error_description": "Token has been expired: planted-secret-words"}
            return Reply(400, json.dumps(refusal).encode())
        answer = {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"}
        return Reply(200, json.dumps(answer).encode())

    def is_signed(self, assertion):
        head, claims, signature = assertion.split(".")

        def plain(part):
            return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

        signed = f"{head}.{claims}".encode()
        self.key.public_key().verify(plain(signature), signed, padding.PKCS1v15(), hashes.SHA256())
        claims = json.loads(plain(claims))
        return claims["iss"] == "reader@meshes.iam.gserviceaccount.com" and "scope" in claims

    def iam(self, request):
        self.impersonated.append(request)
        if request.bearer != TOKEN or "other%40meshes" not in request.target:
            return Reply(403, b'{"error":{"code":403,"status":"PERMISSION_DENIED","message":"planted-secret"}}')
        scope = json.loads(request.body)["scope"]
        if scope != ["https://www.googleapis.com/auth/devstorage.read_only"]:
            return Reply(400)
        self.allowed = {"planted-secret-token-of-the-other"}
        answer = {"accessToken": "planted-secret-token-of-the-other", "expireTime": "2100-01-01T00:00:00Z"}
        return Reply(200, json.dumps(answer).encode())

    def account(self):
        pem = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return {
            "type": "service_account",
            "project_id": "meshes",
            "private_key_id": "1",
            "private_key": pem.decode(),
            "client_email": "reader@meshes.iam.gserviceaccount.com",
            "client_id": "1",
            "token_uri": f"https://{TOKENS}/token",
        }


def workload(cases, bench, google, machine):
    subject = machine.write("subject", "planted-secret-subject")
    pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/ci"
    file = {
        "type": "external_account",
        "audience": pool,
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"https://{STS}/v1/token",
        "credential_source": {"file": str(subject)},
    }
    path = machine.write("workload.json", json.dumps(file))
    here = {"GOOGLE_APPLICATION_CREDENTIALS": path}
    cases.case("a workload, as in CI", machine.fetch(*gcs(), **here), "fetched")
    subject.write_text("planted-secret-of-before")
    late = machine.fetch(*gcs(), **here)
    cases.case("its token is over", late, "failed", STS, "invalid_grant")
    google.exchanged = []
    evil = machine.write("sales/evil.json", json.dumps({**file, "token_url": "https://evil.example.com/"}))
    named = machine.fetch(*gcs(credentials=str(evil)))
    cases.case("a config that names such a file", named, "failed", "evil.json", "GOOGLE_APPLICATION_CREDENTIALS")
    cases.true("nothing is sent for it", not google.exchanged and not bench.internet.unexpected, bench.internet.unexpected)

    def metadata(request):
        is_right = request.headers.get("metadata-flavor") == "Google" and request.path.endswith("/default/token")
        answer = {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"}
        return Reply(200, json.dumps(answer).encode()) if is_right else Reply(403)

    bench.internet.stands_for({**google.hosts(), bench.internet.name: metadata})
    here = {"GCE_METADATA_HOST": bench.internet.name, "NO_GCE_CHECK": "false", "CLOUDSDK_CONFIG": machine.home / "none"}
    cases.case("the metadata service", machine.fetch(*gcs(), **here), "fetched")


USER = {
    "type": "authorized_user",
    "client_id": "c",
    "client_secret": "planted-secret-of-client",
    "refresh_token": "1//planted-secret",
}


def with_tokens(cases, bench):
    google, machine, internet = Google(), bench.machine(), bench.internet
    internet.stands_for(google.hosts())
    nobody = machine.fetch(*gcs())
    cases.case(
        "no credentials",
        nobody,
        "failed",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "application_default_credentials.json",
        "gcloud auth application-default login",
    )
    account = machine.write("account.json", json.dumps(google.account()))
    here = {"GOOGLE_APPLICATION_CREDENTIALS": account}
    cases.case("a service account's file", machine.fetch(*gcs(), **here), "fetched", size=len(manifest()))
    cases.case("304 for its generation", machine.fetch(*gcs(), **here), "not modified")
    named = gcs(credentials=str(account))
    cases.case("the file that the config names", machine.fetch(*named), "fetched")
    machine.write("sales/keys/account.json", json.dumps(google.account()))
    cases.case("a path from the project", machine.fetch(*gcs(credentials="keys/account.json")), "fetched")
    well_known = "home/.config/gcloud/application_default_credentials.json"
    machine.write(well_known, json.dumps(USER))
    cases.case("what gcloud signed in", machine.fetch(*gcs()), "fetched")
    machine.write(well_known, json.dumps({**USER, "refresh_token": "1//older"}))
    late = machine.fetch(*gcs())
    cases.case("a sign-in that is over", late, "failed", "invalid_grant", "application_default_credentials.json")
    machine.write(well_known, json.dumps(USER))
    cases.case("an object that is closed", machine.fetch(*gcs("closed.json")), "failed", "storage.objects.get")
    missing = machine.fetch(*gcs(), GOOGLE_APPLICATION_CREDENTIALS=machine.home / "gone.json")
    cases.case("a file that is gone", missing, "failed", "gone.json", "no such file")
    broken = machine.write("broken.json", "{")
    cases.case("a file that is none", machine.fetch(*gcs(), GOOGLE_APPLICATION_CREDENTIALS=broken), "failed", "broken.json")

    workload(cases, bench, google, machine)
    other = "other@meshes.iam.gserviceaccount.com"
    impersonating = gcs(impersonate_service_account=other)
    cases.case("impersonation by a user", machine.fetch(*impersonating), "fetched")
    google.allowed = set()
    cases.case("impersonation by an account", machine.fetch(*impersonating, **here), "fetched")
    cases.true("is asked of IAM", len(google.impersonated) == 2, google.impersonated)
    nobody = machine.fetch(*gcs(impersonate_service_account="nobody@meshes.iam.gserviceaccount.com"))
    cases.case("impersonation that is not allowed", nobody, "failed", "PERMISSION_DENIED", "nobody@meshes")
    google.allowed = set()
    cases.case("a token that is not taken", machine.fetch(*gcs()), "failed", "401")
    cases.true("nobody else was asked", internet.unexpected == [], internet.unexpected)
