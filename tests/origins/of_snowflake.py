"""`type: snowflake`: a stand-in that answers as Snowflake does its own drivers, and stores that keep files as they put them."""

import base64
import hashlib
import json
import os

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, padding as blocks, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from project import gzipped, manifest
from proxy import Reply

HOST = "my-org-acct.snowflakecomputing.com"
SECRET = "planted-secret-of-snowflake"


def place(path="core/manifest.json", stage="prod.mesh.manifests"):
    return "snowflake", {"stage": stage, "stage_path": path}


class Snowflake:
    def __init__(self):
        self.key = rsa.generate_private_key(65537, 2048)
        self.sessions, self.ended, self.wrong = 0, 0, []
        self.stage_key = os.urandom(16)
        self.info = self.s3()

    def __call__(self, request):
        is_json = request.headers.get("content-type") == "application/json"
        body = json.loads(request.body) if is_json else {}
        if request.method != "POST":
            self.wrong.append(request)
        if request.path == "/session/v1/login-request":
            return self.login(request, body["data"])
        if request.path == "/oauth/token-request":
            is_right = request.headers["authorization"] == "Basic " + base64.b64encode(b"id:planted-secret").decode()
            if is_right and request.form == {"grant_type": "refresh_token", "refresh_token": "refresh"}:
                return Reply(200, b'{"access_token":"oauth-token","expires_in":600}')
            return Reply(400, b'{"error":"invalid_grant"}')
        if request.headers.get("authorization") != f'Snowflake Token="session-{self.sessions}"':
            return self.refuse("390104")
        if request.path == "/session" and request.query == {"delete": "true"}:
            self.ended += 1
            return self.say(None)
        if request.path == "/queries/v1/query-request":
            return self.query(body["sqlText"])
        self.wrong.append(request)
        return Reply(404)

    def login(self, request, data):
        query = request.query
        if data["ACCOUNT_NAME"] != "MY_ORG-ACCT" or query.get("roleName") != "reader" or "requestId" not in query:
            self.wrong.append(request)
        way = data.get("AUTHENTICATOR", "SNOWFLAKE")
        if way == "SNOWFLAKE" and (data["LOGIN_NAME"], data["PASSWORD"]) != ("me", SECRET):
            return self.refuse("390100")
        if way == "SNOWFLAKE_JWT" and not self.is_signed(data["TOKEN"]):
            return self.refuse("390144")
        if way == "OAUTH" and data["TOKEN"] != "oauth-token":
            return self.refuse("390318")
        if way == "PROGRAMMATIC_ACCESS_TOKEN" and data["TOKEN"] != SECRET:
            return self.refuse("390400")
        self.sessions += 1
        return self.say({"token": f"session-{self.sessions}", "masterToken": SECRET, "parameters": []})

    def is_signed(self, token):
        head, claims, signature = token.split(".")

        def plain(part):
            return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

        public = self.key.public_key()
        try:
            public.verify(plain(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        fingerprint = base64.b64encode(hashlib.sha256(der).digest()).decode()
        claims = json.loads(plain(claims))
        is_named = claims["sub"] == "MY_ORG-ACCT.ME" and claims["iss"] == f"{claims['sub']}.SHA256:{fingerprint}"
        return is_named and 0 < claims["exp"] - claims["iat"] <= 3600

    def query(self, text):
        if not text.startswith("get @prod.mesh.manifests/"):
            return self.refuse("002003")
        path = text.removeprefix("get @prod.mesh.manifests/").removesuffix(" file:///stage/")
        names = ["core/manifest.json", "core/manifest.json.bak", "core/packed.json.gz"]
        found = [name for name in names if name.startswith(path)]
        key = base64.b64encode(self.stage_key).decode()
        material = [{"queryStageMasterKey": key, "queryId": "q", "smkId": 1} for _ in found]
        return self.say({"command": "DOWNLOAD", "src_locations": found, "encryptionMaterial": material, **self.info})

    @staticmethod
    def say(data):
        return Reply(200, json.dumps({"data": data, "code": None, "message": None, "success": True}).encode())

    @staticmethod
    def refuse(code):
        body = {"data": {}, "code": code, "message": f"no, {SECRET}", "success": False}
        return Reply(200, json.dumps(body).encode())

    @staticmethod
    def s3():
        creds = {"AWS_KEY_ID": "ASIASTAGE", "AWS_SECRET_KEY": SECRET, "AWS_TOKEN": "planted-secret-session"}
        info = {"locationType": "S3", "location": "sfc-stages/x/y/", "region": "eu-west-1", "creds": creds, "endPoint": None}
        return {"stageInfo": info}

    @staticmethod
    def azure():
        info = {
            "locationType": "AZURE",
            "location": "stages/x/y/",
            "storageAccount": "sfcstage",
            "endPoint": "blob.core.windows.net",
            "creds": {"AZURE_SAS_TOKEN": "?sv=2024&sig=planted-secret"},
        }
        return {"stageInfo": info}

    @staticmethod
    def google():
        info = {"locationType": "GCS", "location": "sfc-stages/x/y/", "creds": {"GCS_ACCESS_TOKEN": "planted-secret"}}
        return {"stageInfo": info}

    def encrypted(self, body):
        """As a driver puts a file: with a key of its own, wrapped in the stage's."""
        key, iv = os.urandom(16), os.urandom(16)

        def padded(text):
            pad = blocks.PKCS7(128).padder()
            return pad.update(text) + pad.finalize()

        def run(cipher, text):
            encryptor = cipher.encryptor()
            return encryptor.update(padded(text)) + encryptor.finalize()

        wrapped = run(Cipher(algorithms.AES(self.stage_key), modes.ECB()), key)
        whole = run(Cipher(algorithms.AES(key), modes.CBC(iv)), body)
        return whole, base64.b64encode(wrapped).decode(), base64.b64encode(iv).decode()


class Stores:
    """The stores below the stage."""

    def __init__(self, snowflake):
        self.files = {
            "core/manifest.json": (manifest(), *snowflake.encrypted(manifest())),
            "core/packed.json.gz": (gzipped(), *snowflake.encrypted(gzipped())),
        }
        self.in_clear = False

    def file(self, request, start):
        if not request.path.startswith(start):
            return None
        name = request.path.removeprefix(start)
        return self.files.get(name)

    def s3(self, request):
        signed = request.headers.get("authorization", "")
        found = self.file(request, "/x/y/")
        if "ASIASTAGE" not in signed or "x-amz-security-token" not in request.headers or not found:
            return Reply(403, b"<Error><Code>AccessDenied</Code></Error>")
        if request.headers.get("if-none-match") == '"e1"':
            return Reply(304)
        clear, whole, key, iv = found
        if self.in_clear:
            return Reply(200, clear, {"etag": '"e1"'})
        names = {"x-amz-meta-x-amz-key": key, "x-amz-meta-x-amz-iv": iv, "x-amz-meta-x-amz-matdesc": "{}"}
        return Reply(200, whole, {"etag": '"e1"', **names})

    def azure(self, request):
        found = self.file(request, "/stages/x/y/")
        if request.query.get("sig") != "planted-secret" or not found:
            return Reply(403)
        return Reply(200, found[1], {"x-ms-meta-encryptiondata": self.data(found)})

    def google(self, request):
        found = self.file(request, "/sfc-stages/x/y/")
        if request.bearer != "planted-secret" or not found:
            return Reply(403)
        return Reply(200, found[1], {"x-goog-meta-encryptiondata": self.data(found)})

    @staticmethod
    def data(found):
        wrapped = {"KeyId": "symmKey1", "EncryptedKey": found[2], "Algorithm": "AES_CBC_256"}
        return json.dumps({"WrappedContentKey": wrapped, "ContentEncryptionIV": found[3]})


PROFILE = """
sales:
  target: "{{ env_var('STAGE', 'dev') }}"
  outputs:
    dev: {type: snowflake, account: my_org-acct, user: me, role: reader, password: "{{ env_var('SNOWFLAKE_PASSWORD') }}"}
    key: {type: snowflake, account: my_org-acct, user: me, role: reader, private_key_path: keys/me.p8,
          private_key_passphrase: "{{ env_var('PASSPHRASE') }}"}
    text: {type: snowflake, account: my_org-acct, user: me, role: reader, private_key: "{{ env_var('PRIVATE_KEY') }}"}
    oauth: {type: snowflake, account: my_org-acct, user: me, role: reader, authenticator: oauth, token: "{{ env_var('TOKEN') }}"}
    refresh: {type: snowflake, account: my_org-acct, user: me, role: reader, authenticator: oauth, token: refresh,
              oauth_client_id: id, oauth_client_secret: planted-secret}
    pat: {type: snowflake, account: my_org-acct, user: me, role: reader, authenticator: programmatic_access_token,
          token: "{{ env_var('TOKEN') }}"}
    browser: {type: snowflake, account: my_org-acct, user: me, role: reader, authenticator: externalbrowser}
    duck: {type: duckdb}
"""


def run(cases, bench):
    internet, machine, snowflake = bench.internet, bench.machine(), Snowflake()
    stores = Stores(snowflake)
    everything = {
        HOST: snowflake,
        "sfc-stages.s3.eu-west-1.amazonaws.com": stores.s3,
        "sfcstage.blob.core.windows.net": stores.azure,
        "storage.googleapis.com": stores.google,
    }
    internet.stands_for(everything)
    machine.write("home/.dbt/profiles.yml", PROFILE)
    password = {"SNOWFLAKE_PASSWORD": SECRET}
    cases.case("password, a stage in S3", machine.fetch(*place(), **password), "fetched", size=len(manifest()))
    cases.true("the session is ended", snowflake.sessions == snowflake.ended == 1, snowflake.ended)
    cases.case("the same again", machine.fetch(*place(), **password), "not modified")
    packed = machine.fetch(*place("core/packed.json"), **password)
    cases.case("a file that `put` compressed", packed, "fetched", size=len(manifest()))
    stores.in_clear = True
    cases.case("a stage in clear", machine.fetch(*place("/core/packed.json.gz"), **password), "fetched")
    snowflake.info = snowflake.azure()
    cases.case("a stage in Azure", machine.fetch(*place(), **password), "fetched")
    snowflake.info = snowflake.google()
    cases.case("a stage in Google's store", machine.fetch(*place(), **password), "fetched")
    snowflake.stage_key, kept = os.urandom(16), snowflake.stage_key
    cases.case("a key that does not fit", machine.fetch(*place(), **password), "failed", "key")
    snowflake.stage_key, snowflake.info = kept, snowflake.s3()
    cases.case("missing file", machine.fetch(*place("core/gone.json"), **password), "failed", "core/gone.json")
    cases.case("missing stage", machine.fetch(*place(stage="gone"), **password), "failed", "002003")
    evil = machine.fetch(*place(stage="m;drop"), **password)
    cases.case("a stage that is a statement", evil, "failed", "`stage`")
    ways(cases, machine, snowflake)
    cases.true("asked as drivers do", snowflake.wrong == [], snowflake.wrong)
    cases.true("nobody else was asked", internet.unexpected == [], internet.unexpected)


def ways(cases, machine, snowflake):
    def pem(algorithm):
        return snowflake.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, algorithm)

    locked = pem(serialization.BestAvailableEncryption(b"planted-secret-phrase"))
    machine.write("sales/keys/me.p8", locked.decode())
    key = {"STAGE": "key", "PASSPHRASE": "planted-secret-phrase"}
    cases.case("key pair with a passphrase", machine.fetch(*place(), **key), "fetched")
    wrong = machine.fetch(*place(), **{**key, "PASSPHRASE": "another"})
    cases.case("a wrong passphrase", wrong, "failed", "passphrase")
    plain = pem(serialization.NoEncryption()).decode()
    cases.case("key pair in a variable", machine.fetch(*place(), STAGE="text", PRIVATE_KEY=plain), "fetched")
    body = "".join(plain.splitlines()[1:-1])
    cases.case("the same in one line", machine.fetch(*place(), STAGE="text", PRIVATE_KEY=body), "fetched")
    other = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    cases.case(
        "another's key", machine.fetch(*place(), STAGE="text", PRIVATE_KEY=other.decode()), "failed", "390144"
    )
    cases.case("OAuth token", machine.fetch(*place(), STAGE="oauth", TOKEN="oauth-token"), "fetched")
    late = machine.fetch(*place(), STAGE="oauth", TOKEN="an-older-token")
    cases.case("one that is over", late, "failed", "390318", "target `oauth`")
    cases.case("refresh token", machine.fetch(*place(), STAGE="refresh"), "fetched")
    cases.case("programmatic token", machine.fetch(*place(), STAGE="pat", TOKEN=SECRET), "fetched")
    cases.case("a wrong one", machine.fetch(*place(), STAGE="pat", TOKEN="older"), "failed", "390400")
    wrong = machine.fetch(*place(), SNOWFLAKE_PASSWORD="wrong")
    cases.case("wrong password", wrong, "failed", "390100", "target `dev` of profile `sales`")
    cases.true("its answer is not told", SECRET not in wrong.everything, wrong)
    cases.case("no password", machine.fetch(*place()), "failed", "`SNOWFLAKE_PASSWORD`")
    cases.case("a browser's sign-in", machine.fetch(*place(), STAGE="browser"), "failed", "externalbrowser")
    cases.case("another's profile", machine.fetch(*place(), STAGE="duck"), "failed", "duckdb")
    cases.case("no such target", machine.fetch(*place(), STAGE="gone"), "failed", "target `gone`")
    asked = len(snowflake.wrong), snowflake.sessions
    own = machine.write("sales/profiles.yml", PROFILE)
    came = machine.fetch(*place(), SNOWFLAKE_PASSWORD=SECRET)
    cases.case("a profile that came with the project", came, "failed", "DBT_PROFILES_DIR")
    cases.true("nobody signs in with it", asked == (len(snowflake.wrong), snowflake.sessions))
    hidden = PROFILE.replace("{{ env_var('STAGE', 'dev') }}", "dev").replace("env_var('SNOW", "\\x65nv_var('SNOW")
    machine.write("sales/profiles.yml", hidden)
    came = machine.fetch(*place(), SNOWFLAKE_PASSWORD=SECRET)
    cases.case("one that spells it otherwise", came, "failed", "DBT_PROFILES_DIR")
    for field, value in (("host", HOST), ("private_key_path", "keys/me.p8")):
        output = f"{{type: snowflake, account: my_org-acct, user: me, role: reader, password: written, {field}: {value}}}"
        machine.write("sales/profiles.yml", f"sales: {{target: dev, outputs: {{dev: {output}}}}}\n")
        cases.case(f"one that says `{field}`", machine.fetch(*place()), "failed", "DBT_PROFILES_DIR", field)
    cases.true("nobody signs in with these", asked == (len(snowflake.wrong), snowflake.sessions))
    machine.write("sales/profiles.yml", PROFILE)
    named = machine.fetch(*place(), SNOWFLAKE_PASSWORD=SECRET, DBT_PROFILES_DIR=".")
    cases.case("one that is named", named, "fetched")
    own.unlink()
    nowhere = machine.fetch(*place(), DBT_PROFILES_DIR=machine.home / "none")
    cases.case("no profiles", nowhere, "failed", "profiles.yml")
