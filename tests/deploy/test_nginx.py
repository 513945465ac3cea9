"""deploy/nginx.conf in front of upstream servers that misbehave, and clients that ask too much."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.deploy.nginx import HOST, NAME, Nginx

# It says that it closes the connection: nginx would send the next request on it otherwise.
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n"
LARGE_HEADERS = b"".join(b"X-Filler-%d: %s\r\n" % (n, b"x" * 1000) for n in range(12))
RESPONSES = {
    "/fine": OK + b"\r\nok",
    "/large-headers": OK + LARGE_HEADERS + b"\r\nok",
    "/no-response": b"",
    "/invalid-header": OK + b"X-Filler: \0\r\n\r\nok",
    "/too-large-headers": OK + LARGE_HEADERS * 2 + b"\r\nok",
}


class Upstream(BaseHTTPRequestHandler):
    """Sends prepared bytes, valid or not."""

    def do_GET(self) -> None:
        """Send the response of this path and close the connection."""
        if self.path == "/headers":
            body = str(self.headers).encode()
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        else:
            self.wfile.write(RESPONSES[self.path])
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """nginx in front of two such servers."""
    with ExitStack() as exits:
        servers = [ThreadingHTTPServer((HOST, 0), Upstream) for _ in range(2)]
        for server in servers:
            exits.callback(server.server_close)
            exits.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        folder: Path = tmp_path_factory.mktemp("nginx")
        yield exits.enter_context(Nginx(folder, [server.server_port for server in servers]))


@pytest.fixture
def client(nginx: Nginx) -> Iterator[httpx.Client]:
    """A client that trusts nginx's certificate."""
    with httpx.Client(base_url=nginx.url, verify=nginx.trust()) as client:
        yield client


def test_large_response_headers_pass(client: httpx.Client) -> None:
    response = client.get("/large-headers")
    assert response.status_code == 200
    assert response.headers["x-filler-11"] == "x" * 1000


def test_forwarded_headers_are_never_the_clients(client: httpx.Client) -> None:
    forged = {
        "X-Forwarded-For": "203.0.113.66",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Prefix": "/forged",
    }
    received = client.get("/headers", headers=forged).text
    assert f"X-Forwarded-For: {HOST}\n" in received
    assert "X-Forwarded-Proto: https\n" in received
    assert not [value for value in forged.values() if value in received]


@pytest.mark.parametrize("path", ["/no-response", "/invalid-header", "/too-large-headers"])
def test_an_unusual_response_takes_no_instance_out_of_service(
    client: httpx.Client, path: str
) -> None:
    for _ in range(4):
        assert client.get(path).status_code == 502
    assert [client.get("/fine").status_code for _ in range(4)] == [200] * 4


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_current_tls_versions_are_offered(nginx: Nginx, version: ssl.TLSVersion) -> None:
    context = nginx.trust()
    context.minimum_version = context.maximum_version = version
    with (
        socket.create_connection((HOST, nginx.tls_port), 10) as connection,
        context.wrap_socket(connection, server_hostname=NAME) as tls,
    ):
        assert tls.version() == version.name.replace("_", ".")


def test_http_redirects_to_the_configured_name(nginx: Nginx) -> None:
    response = httpx.get(f"{nginx.plain_url}/rooms?q=a", headers={"Host": "evil.example"})
    assert response.status_code == 301
    assert response.headers["location"] == f"https://{NAME}/rooms?q=a"


def test_a_flood_from_one_address_is_rejected(client: httpx.Client) -> None:
    statuses = [200]
    while statuses[-1] == 200:
        statuses.append(client.get("/fine").status_code)
        assert len(statuses) < 5000
    assert statuses[-1] == 429
    assert len(statuses) >= 150
