"""A real nginx with TLS on loopback, configured by deploy/nginx.conf."""

import datetime
import os
import socket
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dev.ports import free_ports
from dev.processes import Process
from dev.toolchain import nginx
from tests.support.leaks import LEAKS
from tools.commands import ROOT

NAME = "dashboard.example.com"
HOST = "127.0.0.1"


class Nginx:
    """nginx in front of two upstream ports; `url` is its HTTPS address, `plain_url` port 80's."""

    def __init__(
        self, folder: Path, upstream_ports: Sequence[int], changes: Mapping[str, str] | None = None
    ) -> None:
        """Describe the process; its files and its log go into `folder`.

        `changes` are made to the example besides, as somebody who follows the documentation would.
        """
        plain, tls = free_ports(2)
        self.url = f"https://{HOST}:{tls}"
        self.plain_url = f"http://{HOST}:{plain}"
        self.tls_port = tls
        self._certificate = _certificate(folder)
        conf = folder / "nginx.conf"
        own = _configuration(folder, plain, tls, upstream_ports)
        conf.write_text(_changed(own, changes or {}))
        self._command: list[str | Path] = [nginx(), "-p", folder, "-c", conf, "-e", "stderr"]
        self._process = Process(
            "nginx",
            [*self._command, "-g", "daemon off;" + (" user root;" if os.geteuid() == 0 else "")],
            log=LEAKS.follow(folder / "nginx.log"),
            answers=lambda: accepts_connections(tls),
        )

    def __enter__(self) -> Self:
        """Start nginx."""
        self._process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Stop nginx."""
        self._process.stop()

    def check(self) -> subprocess.CompletedProcess[str]:
        """Run nginx's own check of the configuration."""
        return subprocess.run([*self._command, "-t"], capture_output=True, text=True, check=False)

    def trust(self) -> ssl.SSLContext:
        """Return a client's context that trusts the certificate for any host name."""
        context = ssl.create_default_context(cafile=str(self._certificate))
        context.check_hostname = False
        return context


def _configuration(folder: Path, plain: int, tls: int, upstream_ports: Sequence[int]) -> str:
    """Return the example with its names, addresses and files changed, as its head says."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    changes = {
        "127.0.0.1:8001": f"{HOST}:{upstream_ports[0]}",
        "127.0.0.1:8002": f"{HOST}:{upstream_ports[1]}",
        "listen 80;": f"listen {HOST}:{plain};",
        "listen 443 ssl;": f"listen {HOST}:{tls} ssl;",
        "/etc/ssl/certs/dashboard.pem": f"{folder}/dashboard.pem",
        "/etc/ssl/private/dashboard.key": f"{folder}/dashboard.key",
        "/var/cache/nginx/dashboard": f"{folder}/cache",
    }
    text = _changed(text, changes)
    return f"pid {folder}/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{text}}}\n"


def _changed(text: str, changes: Mapping[str, str]) -> str:
    for before, after in changes.items():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    today = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(today - day).not_valid_after(today + day)
    names = x509.SubjectAlternativeName([x509.DNSName(NAME)])
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    file = folder / "dashboard.pem"
    file.write_bytes(certificate.public_bytes(pem))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "dashboard.key").write_bytes(private)
    return file


def accepts_connections(port: int) -> bool:
    """Return whether something listens on this loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
