"""The internet as far as origins need it: a proxy that answers for every host with a certificate of its own authority.

What is asked of a host goes to the handler that a test gives for it, or to a real server on loopback.
A host that nobody stands for is remembered: nothing may be asked that a test does not expect.
"""

import datetime
import http.client
import ipaddress
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Request:
    """What was asked of a host."""

    host: str
    method: str
    target: str
    headers: dict
    body: bytes

    @property
    def path(self):
        return unquote(urlsplit(self.target).path)

    @property
    def query(self):
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self):
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def bearer(self):
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass
class Reply:
    """What a host answers."""

    status: int = 200
    body: bytes = b""
    headers: dict = field(default_factory=dict)


class Authority:
    """A certificate authority, and the certificates that it gave."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
        self.certificate = self.sign(name, self.key, name, [], is_authority=True)
        self.path = folder / "authority.pem"
        self.path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        self.contexts = {}
        self.lock = threading.Lock()

    def sign(self, subject, key, issuer, hosts, is_authority=False):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        if hosts:
            builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def context(self, host):
        with self.lock:
            if host not in self.contexts:
                self.contexts[host] = self.make_context(host)
            return self.contexts[host]

    def make_context(self, host):
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            name = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            name = x509.DNSName(host)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:60])])
        certificate = self.sign(subject, key, self.certificate.subject, [name])
        path = self.folder / f"{len(self.contexts)}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


class Internet:
    """The proxy, and who answers behind it."""

    def __init__(self, folder: Path):
        self.authority = Authority(folder)
        self.handlers = {}
        self.asked = []
        self.unexpected = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            host = None

            def log_message(self, *_):
                pass

            def do_CONNECT(self):
                host = self.path.rsplit(":", 1)[0].strip("[]")
                self.send_response(200)
                self.end_headers()
                self.wfile.flush()
                try:
                    secure = outer.authority.context(host).wrap_socket(self.connection, server_side=True)
                except (ssl.SSLError, OSError):
                    self.close_connection = True
                    return
                self.connection = secure
                self.rfile = secure.makefile("rb", -1)
                self.wfile = secure.makefile("wb", 0)
                self.host = host
                self.close_connection = False
                while not self.close_connection:
                    self.handle_one_request()
                try:
                    secure.unwrap()
                except (ssl.SSLError, OSError):
                    pass
                secure.close()

            def answer(self):
                target, host = self.path, self.host
                if host is None:
                    parts = urlsplit(target)
                    host = parts.netloc or self.headers.get("host", "")
                    target = parts._replace(scheme="", netloc="").geturl()
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(length)
                reply = outer.answer(Request(host, self.command, target, headers, body))
                self.send_response_only(reply.status)
                for name, value in reply.headers.items():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                if self.command != "HEAD" and reply.status != 304:
                    self.wfile.write(reply.body)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        # Whoever asks it as no proxy takes it for a host of this name.
        self.name = f"127.0.0.1:{self.server.server_port}"
        self.address = f"http://{self.name}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request):
        self.asked.append(request)
        for pattern, handler in self.handlers.items():
            if request.host == pattern or (pattern[0] == "*" and request.host.endswith(pattern[1:])):
                return handler(request)
        self.unexpected.append(f"{request.method} {request.host}{request.target}")
        return Reply(502)

    def stands_for(self, handlers):
        """From now on these hosts answer, and no others; forgets what was asked."""
        self.handlers = handlers
        self.asked = []
        self.unexpected = []

    def environment(self):
        return {
            "HTTPS_PROXY": self.address,
            "HTTP_PROXY": self.address,
            "NO_PROXY": "127.0.0.1,localhost",
            "SSL_CERT_FILE": str(self.authority.path),
        }


def forward(port):
    """A handler that hands on to a real server of this machine, under the host's own name."""

    def handler(request):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {**request.headers, "host": request.host, "connection": "close"}
        connection.request(request.method, request.target, request.body, headers)
        answer = connection.getresponse()
        body = answer.read()
        return Reply(answer.status, body, dict(answer.getheaders()))

    return handler
