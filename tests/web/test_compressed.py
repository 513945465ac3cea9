"""Static files are compressed once, and are the same for browsers that can't read that."""

import gzip
import re

import pytest

from app.web.assets import ALL_SHEETS, Assets
from tests.support.dashboard import Dashboard

FILES = [ALL_SHEETS, "js/app.js", "vendor/bootstrap.min.css", "vendor/icons.svg"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_the_same_compressed_and_plain(dashboard: Dashboard, name: str) -> None:
    visitor = dashboard.visitor()
    address = Assets().url(name)
    plain = visitor.http.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    small = visitor.http.get(address, headers={"Accept-Encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["vary"]
    assert small.content == plain.content  # the client decompresses it
    assert int(small.headers["content-length"]) <= len(gzip.compress(plain.content))
    for header in ("content-type", "etag", "cache-control", "content-security-policy"):
        assert small.headers[header] == plain.headers[header], header
    again = visitor.http.get(address, headers={"If-None-Match": small.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = visitor.http.head(address, headers={"Accept-Encoding": "gzip"})
    assert (head.status_code, head.content) == (200, b"")
    visitor.close()


def test_comments_are_left_out_and_lines_keep_their_numbers(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    assets = Assets()
    for path in sorted((assets.folder / "js").rglob("*.js")):
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(assets.folder).as_posix()
        served = visitor.http.get(assets.url(name)).text
        code = [line for line in source.split("\n") if not line.lstrip().startswith("//")]
        assert [line for line in served.split("\n") if line] == [line for line in code if line]
        assert served.count("\n") == source.count("\n")
        # such a line in a text that has several would be lost
        assert not re.search(r"`[^`]*\n[ \t]*//[^`]*`", served), name
    sheets = visitor.http.get(assets.url(ALL_SHEETS)).text
    assert "/*" not in sheets
    assert "\n " not in sheets
    assert sheets.count("{") == sheets.count("}") > 100
    visitor.close()
