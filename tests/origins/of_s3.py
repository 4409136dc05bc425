"""`type: s3`, from rclone, which refuses wrong keys, and from moto, which also has roles and names of hosts."""

import datetime
import hashlib
import json
import time

import boto3

import servers
from project import gzipped, manifest
from proxy import Reply, forward

KEY, SECRET = "AKIAMESHMESHMESHMESH", "planted-secret-of-s3/0123456789abcdefghi"


def s3(bucket="mesh", object_name="core/manifest.json"):
    return "s3", {"bucket_name": bucket, "object_name": object_name}


def keys(key=KEY, secret=SECRET):
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}


def of_rclone(cases, bench):
    machine = bench.machine()
    data = machine.folder / "data"
    (data / "mesh/core").mkdir(parents=True)
    (data / "mesh/core/manifest.json").write_bytes(manifest())
    (data / "mesh/core/manifest.json.gz").write_bytes(gzipped())
    (data / "mesh/core/a b+ü.json").write_bytes(manifest())
    with servers.rclone(bench.tools, machine.folder, data, KEY, SECRET) as port:
        address = f"http://127.0.0.1:{port}"
        here = {**keys(), "AWS_ENDPOINT_URL": address}
        size = len(manifest())
        cases.case("right key", machine.fetch(*s3(), **here), "fetched", size=size)
        cases.case("not modified", machine.fetch(*s3(), **here), "not modified")
        cases.case("gzip", machine.fetch(*s3(object_name="core/manifest.json.gz"), **here), "fetched")
        cases.case(
            "a name that has to be escaped",
            machine.fetch(*s3(object_name="core/a b+ü.json"), **here),
            "fetched",
            size=size,
        )
        wrong = machine.fetch(*s3(), **{**here, **keys(secret="not-the-secret-of-this-key-0123456789abc")})
        cases.case("wrong secret", wrong, "failed", "403", "AWS_ACCESS_KEY_ID")
        cases.case(
            "unknown key",
            machine.fetch(*s3(), **{**here, **keys(key="AKIANOBODYKNOWSTHIS0")}),
            "failed",
            "403",
            "access key",
        )
        cases.case(
            "missing object",
            machine.fetch(*s3(object_name="gone.json"), **here),
            "failed",
            "404",
            "no object `gone.json`",
        )
        cases.case("missing bucket", machine.fetch(*s3(bucket="gone"), **here), "failed", "404", "gone")
        cases.case(
            "AWS_ENDPOINT_URL_S3 goes before AWS_ENDPOINT_URL",
            machine.fetch(*s3(), **{**here, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3": address}),
            "fetched",
        )
        machine.write(
            "home/.aws/credentials",
            f"[default]\naws_access_key_id=AKIANOBODYKNOWSTHIS0\naws_secret_access_key=x\n"
            f"[mesh]\naws_access_key_id={KEY}\naws_secret_access_key={SECRET}\n",
        )
        machine.write(
            "home/.aws/config",
            f"[profile mesh]\nregion = eu-west-1\nendpoint_url = {address}\n"
            f"[profile services]\nservices = own\naws_access_key_id={KEY}\naws_secret_access_key={SECRET}\n"
            f"[services own]\ns3 =\n  endpoint_url = {address}\n"
            f"[profile process]\ncredential_process = {machine.tools}/give keys\n",
        )
        answer = json.dumps({"Version": 1, "AccessKeyId": KEY, "SecretAccessKey": SECRET})
        machine.write("bin/give", f"#!/bin/sh\ntest \"$1\" = keys && echo '{answer}'\n", 0o755)
        cases.case("profile with its endpoint", machine.fetch(*s3(), AWS_PROFILE="mesh"), "fetched")
        cases.case("profile with services", machine.fetch(*s3(), AWS_PROFILE="services"), "fetched")
        cases.case(
            "credential_process",
            machine.fetch(*s3(), AWS_PROFILE="process", AWS_ENDPOINT_URL=address),
            "fetched",
        )
        cases.case(
            "wrong key of a profile",
            machine.fetch(*s3(), AWS_ENDPOINT_URL=address),
            "failed",
            "profile `default`",
        )
        cases.case(
            "profile that does not exist",
            machine.fetch(*s3(), AWS_PROFILE="gone", AWS_ENDPOINT_URL=address),
            "failed",
            "gone",
        )
        wheres = {"AWS_CONFIG_FILE": machine.home / "none", "AWS_SHARED_CREDENTIALS_FILE": machine.home / "none"}
        cases.case(
            "no credentials",
            machine.fetch(*s3(), AWS_ENDPOINT_URL=address, **wheres),
            "failed",
            "AWS_ACCESS_KEY_ID",
            "~/.aws/config",
            "container",
            "instance",
        )
        at_the_line(cases, bench.machine(), {**here, "AWS_SECRET_ACCESS_KEY": f"{SECRET}-of-before"})
        cases.case(
            "nobody listens",
            machine.fetch(*s3(), **{**here, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{servers.free_port()}"}),
            "failed",
            "refused",
        )
        cases.case(
            "a way out of the bucket",
            machine.fetch(*s3(object_name="../../etc/passwd"), **here),
            "failed",
            "`..`",
        )


def at_the_line(cases, machine, here):
    """`check` says it where the config names the object, and calls nothing wrong that it cannot know."""
    found = machine.check(*s3(), **here)["findings"]
    cases.true("one finding", [it["rule"] for it in found] == ["manifest-not-fetched"], found)
    (finding,) = found
    column = (machine.folder / "sales/dbt_loom.config.yml").read_text().index("core/manifest.json")
    where = (finding["file"], finding["range"]["start"]["character"]) == ("dbt_loom.config.yml", column)
    cases.true("at the object's name", where, finding)
    cases.true("which says what is wrong", "the secret of AWS_ACCESS_KEY_ID" in finding["message"], finding)


def of_moto(cases, bench):
    with servers.moto(bench.tools, bench.folder) as port:
        address = f"http://127.0.0.1:{port}"
        clients = {"endpoint_url": address, "aws_access_key_id": KEY, "aws_secret_access_key": SECRET}
        store = boto3.client("s3", region_name="eu-west-1", **clients)
        for bucket in ("mesh", "my.mesh"):
            store.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
            store.put_object(Bucket=bucket, Key="core/manifest.json", Body=manifest())
        with_own_address(cases, bench, address, store)
        with_names_of_hosts(cases, bench, port)


def with_own_address(cases, bench, address, store):
    machine = bench.machine()
    here = {**keys(), "AWS_ENDPOINT_URL": address, "AWS_DEFAULT_REGION": "eu-west-1"}
    cases.case("moto: fetched", machine.fetch(*s3(), **here), "fetched", size=len(manifest()))
    cases.case("moto: 304", machine.fetch(*s3(), **here), "not modified")
    store.put_object(Bucket="mesh", Key="core/manifest.json", Body=manifest("changed"))
    cases.case("moto: changed", machine.fetch(*s3(), **here), "fetched", size=len(manifest("changed")))
    cases.case("moto: missing object", machine.fetch(*s3(object_name="gone"), **here), "failed", "gone")
    cases.case("moto: missing bucket", machine.fetch(*s3(bucket="gone"), **here), "failed", "bucket `gone`")


def with_names_of_hosts(cases, bench, port):
    """Amazon's own addresses, behind which moto answers."""
    internet, machine = bench.internet, bench.machine()
    moto = forward(port)
    internet.stands_for({"mesh.s3.eu-west-1.amazonaws.com": moto, "s3.eu-west-1.amazonaws.com": moto})
    here = {**keys(), "AWS_REGION": "eu-west-1"}
    cases.case("Amazon's own address", machine.fetch(*s3(), **here), "fetched")
    scope = internet.asked[-1].headers.get("authorization", "")
    cases.true("signed for the region", "/eu-west-1/s3/aws4_request" in scope, scope)
    cases.case("a bucket with dots", machine.fetch(*s3(bucket="my.mesh"), **here), "fetched")
    cases.true("asks by path", internet.asked[-1].path.startswith("/my.mesh/"), internet.asked[-1])
    roles(cases, bench, moto)
    machines(cases, bench, moto)
    regions(cases, bench, moto)


def roles(cases, bench, moto):
    internet, machine = bench.internet, bench.machine()
    sts = ["sts.eu-west-1.amazonaws.com", "sts.amazonaws.com"]
    stands = {"mesh.s3.eu-west-1.amazonaws.com": moto, **dict.fromkeys(sts, moto)}
    internet.stands_for(stands)
    role = "arn:aws:iam::123456789012:role/reader"
    machine.write(
        "home/.aws/config",
        f"[profile base]\naws_access_key_id={KEY}\naws_secret_access_key={SECRET}\nregion=eu-west-1\n"
        f"[profile reader]\nrole_arn={role}\nsource_profile=base\nregion=eu-west-1\n"
        f"[profile circle]\nrole_arn={role}\nsource_profile=other\n"
        f"[profile other]\nrole_arn={role}\nsource_profile=circle\n"
        "[profile signed-in]\nsso_session=company\nsso_account_id=123456789012\nsso_role_name=reader\n"
        "region=eu-west-1\n"
        "[sso-session company]\nsso_start_url=https://company.awsapps.com/start\nsso_region=eu-west-1\n",
    )
    cases.case("assumed role", machine.fetch(*s3(), AWS_PROFILE="reader"), "fetched")
    asked = [request for request in internet.asked if request.host in sts]
    cases.true(
        "the role is asked for",
        len(asked) == 1 and asked[0].form["Action"] == "AssumeRole" and asked[0].form["RoleArn"] == role,
        asked,
    )
    signed = internet.asked[-1].headers
    cases.true("its session is used", "x-amz-security-token" in signed and KEY not in signed["authorization"], signed)
    cases.case("roles in a circle", machine.fetch(*s3(), AWS_PROFILE="circle"), "failed", "circle")

    token = machine.write("token", "a.web.identity")
    web = {"AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": role, "AWS_REGION": "eu-west-1"}
    cases.case("web identity, as in CI", machine.fetch(*s3(), **web), "fetched")

    def refuse(_):
        body = (
            "<ErrorResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><Error><Type>Sender</Type>"
            "<Code>AccessDenied</Code><Message>planted-secret-in-an-answer</Message></Error></ErrorResponse>"
        )
        return Reply(403, body.encode(), {"content-type": "text/xml"})

    internet.stands_for({**stands, **dict.fromkeys(sts, refuse)})
    cases.case("role that may not be assumed", machine.fetch(*s3(), AWS_PROFILE="reader"), "failed", "role")
    single_sign_on(cases, bench, machine, moto)


def machines(cases, bench, moto):
    """Roles that a container and an instance have."""
    internet, machine = bench.internet, bench.machine()
    until = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = {
        "Code": "Success",
        "Type": "AWS-HMAC",
        "AccessKeyId": "ASIAOFAMACHINE",
        "SecretAccessKey": "planted-secret",
        "Token": "planted-secret-session",
        "Expiration": until,
        "LastUpdated": "2026-11-20T08:00:00Z",
    }

    def metadata(request):
        if request.method == "PUT" and request.path == "/latest/api/token":
            lifetime = request.headers["x-aws-ec2-metadata-token-ttl-seconds"]
            return Reply(200, b"planted-secret-token", {"x-aws-ec2-metadata-token-ttl-seconds": lifetime})
        if request.path == "/container" and request.headers.get("authorization") == "planted-secret":
            return Reply(200, json.dumps({**answer, "AccessKeyId": "ASIAOFACONTAINER"}).encode())
        if request.headers.get("x-aws-ec2-metadata-token") != "planted-secret-token":
            return Reply(401)
        if request.path == "/latest/meta-data/iam/security-credentials/":
            return Reply(200, b"reader")
        if request.path == "/latest/meta-data/iam/security-credentials/reader":
            return Reply(200, json.dumps(answer).encode())
        return Reply(404)

    internet.stands_for({"mesh.s3.eu-west-1.amazonaws.com": moto, internet.name: metadata})
    here = {"AWS_REGION": "eu-west-1"}
    instance = {
        **here,
        "AWS_EC2_METADATA_DISABLED": "false",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": internet.address,
    }
    cases.case("an instance's role", machine.fetch(*s3(), **instance), "fetched")
    cases.true("signed with its key", "ASIAOFAMACHINE" in internet.asked[-1].headers["authorization"])
    container = {
        **here,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{internet.address}/container",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "planted-secret",
    }
    cases.case("a container's role", machine.fetch(*s3(), **container), "fetched")
    cases.true("signed with its key", "ASIAOFACONTAINER" in internet.asked[-1].headers["authorization"])
    started = time.monotonic()
    dead = {**instance, "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{servers.free_port()}"}
    nobody = machine.fetch(*s3(), **dead)
    cases.case("no instance after all", nobody, "failed", "an instance")
    cases.true("which is known soon", time.monotonic() - started < 5, time.monotonic() - started)


def single_sign_on(cases, bench, machine, moto):
    internet = bench.internet
    cache = f"home/.aws/sso/cache/{hashlib.sha1(b'company').hexdigest()}.json"

    def cached(hours):
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
        machine.write(
            cache,
            json.dumps(
                {
                    "accessToken": "planted-secret-of-sso",
                    "expiresAt": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "region": "eu-west-1",
                    "startUrl": "https://company.awsapps.com/start",
                }
            ),
        )

    def portal(request):
        wanted = {"role_name": "reader", "account_id": "123456789012"}
        if request.headers.get("x-amz-sso_bearer_token") != "planted-secret-of-sso" or request.query != wanted:
            return Reply(401, b"{}")
        until = (datetime.datetime.now().timestamp() + 3600) * 1000
        role = {"accessKeyId": "ASIAFROMSSO", "secretAccessKey": "x", "sessionToken": "y", "expiration": int(until)}
        return Reply(200, json.dumps({"roleCredentials": role}).encode(), {"content-type": "application/json"})

    stands = {"mesh.s3.eu-west-1.amazonaws.com": moto, "portal.sso.eu-west-1.amazonaws.com": portal}
    internet.stands_for(stands)
    cached(8)
    cases.case("single sign-on", machine.fetch(*s3(), AWS_PROFILE="signed-in"), "fetched")
    cases.true("signed with its key", "ASIAFROMSSO" in internet.asked[-1].headers["authorization"])
    cached(-1)
    late = machine.fetch(*s3(), AWS_PROFILE="signed-in")
    cases.case("single sign-on that is over", late, "failed", "aws sso login --profile signed-in")
    (machine.folder / cache).unlink()
    never = machine.fetch(*s3(), AWS_PROFILE="signed-in")
    cases.case("nobody signed in", never, "failed", "aws sso login --profile signed-in")


def regions(cases, bench, moto):
    internet, machine = bench.internet, bench.machine()

    def elsewhere(request):
        code = "PermanentRedirect"
        body = f"<Error><Code>{code}</Code><Endpoint>mesh.s3.eu-west-1.amazonaws.com</Endpoint></Error>"
        headers = {"x-amz-bucket-region": "eu-west-1", "location": "https://evil.example.com/"}
        return Reply(301, body.encode(), headers)

    def lost(request):
        return Reply(301, b"<Error><Code>PermanentRedirect</Code></Error>", {"location": "https://evil.example.com/"})

    stands = {"mesh.s3.us-east-1.amazonaws.com": elsewhere, "mesh.s3.eu-west-1.amazonaws.com": moto}
    internet.stands_for(stands)
    cases.case("another region is found", machine.fetch(*s3(), **keys()), "fetched")
    internet.stands_for({"mesh.s3.us-east-1.amazonaws.com": lost})
    cases.case("wrong region", machine.fetch(*s3(), **keys()), "failed", "us-east-1", "AWS_REGION")
    cases.true("keys go to no other host", internet.unexpected == [], internet.unexpected)

    def refuse(code, status):
        return lambda _: Reply(status, f"<Error><Code>{code}</Code><Message>{SECRET}</Message></Error>".encode())

    for code, status, state, word in [
        ("AccessDenied", 403, "failed", "may not read"),
        ("ExpiredToken", 400, "failed", "session"),
        ("RequestTimeTooSkewed", 403, "failed", "clock"),
        ("SignatureDoesNotMatch", 403, "failed", "secret"),
        ("InvalidObjectState", 403, "failed", "archived"),
        ("SlowDown", 503, "failed", "503"),
    ]:
        internet.stands_for({"mesh.s3.us-east-1.amazonaws.com": refuse(code, status)})
        cases.case(code, machine.fetch(*s3(), **keys()), state, word)
