"""Static files: kept for a year under the right hash, never under another, nothing outside."""

import hashlib
import http.client
import re
from urllib.parse import urlsplit

import pytest

from app.web import assets
from tests.contracts.tree import STATIC, templates
from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor

YEAR = "public, max-age=31536000, immutable"
SHEETS = ("css/app.css", "css/all.css")
LINKED = re.compile(r"'css/([a-z]+)\.css' \| static")


def raw(dashboard: Dashboard, path: str) -> tuple[int, bytes]:
    """Ask for a path exactly as it is; a client library would clean it first."""
    connection = http.client.HTTPConnection(urlsplit(dashboard.url).netloc, timeout=5)
    try:
        connection.putrequest("GET", path, skip_accept_encoding=True)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.fixture
def version(nobody: Visitor) -> str:
    """The hash in the addresses of this build's files."""
    links = [link["href"] for link in nobody.get("/").all("link")]
    hashes = {link.split("/")[2] for link in links}
    assert len(hashes) == 1
    return hashes.pop()


def test_every_file_a_page_names_is_there_for_a_year(admin: Visitor, nobody: Visitor) -> None:
    page = admin.get("/")
    names = {tag["href"] for tag in page.all("link")} | {tag["src"] for tag in page.all("script")}
    names |= {tag["href"].partition("#")[0] for tag in page.all("use")}
    assert len(names) > 10
    for name in names:
        file = nobody.get(name)
        assert (file.status, file.headers["cache-control"]) == (200, YEAR), name


def test_the_hash_is_that_of_the_whole_tree(version: str) -> None:
    digest = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(path.relative_to(STATIC).as_posix().encode() + path.read_bytes())
    assert digest.hexdigest()[:12] == version


@pytest.mark.parametrize("old", ["000000000000", "abc"])
@pytest.mark.parametrize("path", SHEETS)
def test_an_old_hash_answers_but_is_not_kept(
    nobody: Visitor, version: str, path: str, old: str
) -> None:
    present, past = (nobody.get(f"/static/{name}/{path}") for name in (version, old))
    assert past.status == 200
    assert past.html == present.html
    assert past.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", SHEETS)
def test_what_is_unchanged_is_not_sent_again(nobody: Visitor, version: str, path: str) -> None:
    first = nobody.get(f"/static/{version}/{path}")
    again = nobody.get(
        f"/static/{version}/{path}", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status, again.headers["cache-control"]) == (304, YEAR)


def test_text_is_compressed(nobody: Visitor, version: str) -> None:
    file = nobody.get(f"/static/{version}/vendor/bootstrap.min.css")
    assert file.headers["content-encoding"] == "gzip"
    assert file.response.num_bytes_downloaded < len(file.html) / 4


def test_no_script_or_sprite_has_a_wrong_type(nobody: Visitor, version: str) -> None:
    kinds = {
        "js/app.js": "text/javascript; charset=utf-8",
        "css/app.css": "text/css; charset=utf-8",
        "css/all.css": "text/css; charset=utf-8",
        "vendor/icons.svg": "image/svg+xml",
    }
    for path, kind in kinds.items():
        assert nobody.get(f"/static/{version}/{path}").headers["content-type"] == kind


@pytest.mark.parametrize(
    "path",
    [
        "/static",
        "/static/",
        "/static/HASH",
        "/static/HASH/",
        "/static/HASH/css",
        "/static/HASH/css/",
        "/static/HASH/nope.css",
        "/static/HASH/../main.py",
        "/static/../main.py",
        "/static/HASH/../../main.py",
        "/static/%2e%2e/main.py",
        "/static/HASH/%2e%2e/%2e%2e/main.py",
        "/static/HASH/..%2f..%2fmain.py",
        "/static/HASH/css/..%5c..%5c..%5cmain.py",
        "/static/HASH//etc/passwd",
        "/static//etc/passwd",
        "/static/HASH/%2fetc%2fpasswd",
        "/static/HASH/css/app.css%00.js",
        f"/static/HASH/{'a' * 5000}",
    ],
)
def test_nothing_else_is_served(dashboard: Dashboard, version: str, path: str) -> None:
    status, body = raw(dashboard, path.replace("HASH", version))
    assert status == 404
    assert b"create_app" not in body
    assert b"root:" not in body


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", SHEETS)
def test_a_file_says_by_what_it_can_be_had(
    nobody: Visitor, version: str, path: str, method: str
) -> None:
    refused = nobody.http.request(method, f"/static/{version}/{path}")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


def test_the_raw_way_does_reach_files(dashboard: Dashboard, version: str) -> None:
    status, body = raw(dashboard, f"/static/{version}/css/app.css")
    assert status == 200
    assert body == (STATIC / "css" / "app.css").read_bytes()


def test_every_style_sheet_is_in_the_one_of_all_pages_or_named_by_a_page() -> None:
    names = {path.stem for path in (STATIC / "css").glob("*.css")}
    pages = {match for path in templates() for match in LINKED.findall(path.read_text())}
    assert names == set(assets.SHEETS) | (pages - {"all"})
    assert len(assets.SHEETS) == len(set(assets.SHEETS))


def test_the_one_sheet_has_each_in_the_order_of_the_cascade(nobody: Visitor, version: str) -> None:
    text = nobody.get(f"/static/{version}/css/all.css").html
    whole = "".join((STATIC / "css" / f"{name}.css").read_text() for name in assets.SHEETS)
    assert text == re.sub(r"\n\s+", "\n", re.sub(r"(?s)/\*.*?\*/\n?", "", whole))
