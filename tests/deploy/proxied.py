"""Two instances of the dashboard behind a real nginx with TLS, by deploy/nginx.conf."""

import datetime
import os
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dev.ports import free_ports
from dev.processes import Process
from dev.stack import Stack
from dev.toolchain import nginx
from tests.support.dashboard import PASSWORD, SESSION_SECRET
from tests.support.leaks import LEAKS
from tests.support.visitor import Visitor
from tools.commands import ROOT

NAME = "dashboard.example.com"
HOST = "127.0.0.1"


class Proxied:
    """nginx and the instances behind it; `url` is nginx's address."""

    def __init__(self, stack: Stack, folder: Path, **settings: str) -> None:
        """Describe them; their files and logs stand in `folder`."""
        plain, tls, *ports = free_ports(4)
        self.folder = folder
        self.url = f"https://{HOST}:{tls}"
        self.certificate = _certificate(folder)
        self.instances = [self._instance(stack, port, settings) for port in ports]
        conf = folder / "nginx.conf"
        conf.write_text(_configuration(folder, plain, tls, ports))
        self.command: list[str | Path] = [nginx(), "-p", folder, "-c", conf, "-e", "stderr"]
        self.nginx = Process(
            "nginx",
            [*self.command, "-g", "daemon off;" + (" user root;" if os.geteuid() == 0 else "")],
            log=LEAKS.follow(folder / "nginx.log"),
            answers=lambda: _listens(tls),
        )
        self._exits = ExitStack()

    def _instance(self, stack: Stack, port: int, settings: dict[str, str]) -> Process:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "ENVIRONMENT": "production",
            "PORT": str(port),
            "LIVEKIT_URL": stack.url,
            "LIVEKIT_API_KEY": stack.api_key,
            "LIVEKIT_API_SECRET": stack.api_secret,
            "ADMIN_PASSWORD": PASSWORD,
            "SESSION_SECRET": SESSION_SECRET,
            "ALLOWED_HOSTS": f"{NAME},{HOST}",
            "REFRESH_SECONDS": "1",
            **settings,
        }
        return Process(
            f"dashboard-{port}",
            [sys.executable, "-m", "app"],
            log=LEAKS.follow(self.folder / f"dashboard-{port}.log"),
            answers=lambda: _listens(port),
            env=LEAKS.environment(environment),
            cwd=self.folder,
        )

    def __enter__(self) -> Self:
        """Start all of them."""
        for process in (*self.instances, self.nginx):
            self._exits.callback(process.stop)
            process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Stop all of them."""
        self._exits.close()

    def visitor(self) -> Visitor:
        """Give a client that believes this certificate, whatever the name it asks by."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        context.check_hostname = False
        return Visitor(self.url, "admin", PASSWORD, context)

    def check(self) -> subprocess.CompletedProcess[str]:
        """Let nginx look at its configuration."""
        return subprocess.run([*self.command, "-t"], capture_output=True, text=True, check=False)

    def answered(self, path: str) -> list[int]:
        """Give how many requests for `path` each instance has in its log."""
        pattern = re.compile(rf'"path": "{re.escape(path)}"')
        logs = (instance.log for instance in self.instances)
        return [len(pattern.findall(log.read_text())) if log else 0 for log in logs]


def _configuration(folder: Path, plain: int, tls: int, ports: Sequence[int]) -> str:
    """Give the example with its names, addresses and files changed, as its head says."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    changes = {
        "127.0.0.1:8001": f"{HOST}:{ports[0]}",
        "127.0.0.1:8002": f"{HOST}:{ports[1]}",
        "listen 80;": f"listen {HOST}:{plain};",
        "listen 443 ssl;": f"listen {HOST}:{tls} ssl;",
        "/etc/ssl/certs/dashboard.pem": f"{folder}/dashboard.pem",
        "/etc/ssl/private/dashboard.key": f"{folder}/dashboard.key",
        "/var/cache/nginx/dashboard": f"{folder}/cache",
    }
    for before, after in changes.items():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return f"pid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{text}}}\n"


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    today = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(today - day).not_valid_after(today + day)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    pem = serialization.Encoding.PEM
    file = folder / "dashboard.pem"
    file.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "dashboard.key").write_bytes(key.private_bytes(pem, form, plain))
    return file


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
