"""Static files under one content hash: `/static/<hash>/css/app.css`, cached for a year.

One hash for the whole tree lets scripts import each other by relative paths and stay in step.
The style sheets of every page are served as one: each response has a kilobyte of headers.
"""

import gzip
import hashlib
import os
import posixpath
import re
from copy import copy
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup, escape
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from app.text.formatters import visible

# A relative import of a script, which our scripts write on one line.
IMPORT = re.compile(r'^import (?:[^"\n]* from )?"(\.[^"\n]+)";$', re.MULTILINE)
FOLDER = Path(__file__).parents[1] / "static"
# The style sheets of every page, in the order of the cascade, and what they are served as.
SHEETS = (
    "app",
    "shell",
    "panels",
    "tables",
    "lists",
    "marks",
    "values",
    "people",
    "forms",
    "overlays",
    "telephony",
    "history",
    "tokens",
    "settings",
    "overview",
    "search",
    "help",
    "identity",
    "accounts",
    "charts",
    "conversations",
    "jobs",
)
ALL_SHEETS = "css/all.css"
# Comments are a fifth of what a first visit loads. A script's are lines of their own, which stay
# as empty ones, so that the browser's tools show the right numbers. The indents of style sheets
# are half a kilobyte.
CSS_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
CSS_INDENT = re.compile(r"\n\s+")
JS_COMMENT = re.compile(rb"^[ \t]*//[^\n]*", re.MULTILINE)
OWN_SCRIPTS = "js/"
# What is worth compressing, and the headers of a file that stay when it is.
TEXTS = ("text/", "image/svg+xml", "application/javascript")
KEPT = frozenset({"content-type", "etag", "content-security-policy", "cache-control"})
COMPRESSED = 256  # more than there are files
# A file that is opened as a page of its own may load nothing; shorter than the policy of pages.
FILE_CSP = "default-src 'none'; frame-ancestors 'none'"


class Assets:
    """The static files of this build: their addresses below a base path, and the icons."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.base = ""
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        digest = hashlib.sha256()
        for path in files:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
        self.hash = digest.hexdigest()[:12]
        own = (path.relative_to(folder).as_posix() for path in files)
        self._files = frozenset((ALL_SHEETS, *own))
        sheets = [(folder / "css" / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS]
        self.sheets = CSS_INDENT.sub("\n", CSS_COMMENT.sub("", "".join(sheets)))
        names = (folder / "icons.txt").read_text(encoding="utf-8").splitlines()
        self._icons = [name.strip() for name in names if name.strip()[:1] not in {"", "#"}]
        self._uses = self._sprite_uses()

    def below(self, base: str) -> "Assets":
        """Return the same files with their addresses below a base path."""
        assets = copy(self)
        assets.base = base
        assets._uses = assets._sprite_uses()
        return assets

    def _sprite_uses(self) -> dict[str, str]:
        sprite = self.url("vendor/icons.svg")
        return {name: f'<use href="{sprite}#{name}"></use>' for name in self._icons}

    def url(self, path: str) -> str:
        """Return the address of a file. Raises KeyError for none; `make setup` copies them."""
        if path not in self._files:
            raise KeyError(f"no static file {path}; run make setup")
        return f"{self.base}/static/{self.hash}/{path}"

    def imports(self, path: str) -> list[str]:
        """Return the scripts that a script imports, directly or through others, in that order."""
        reached: dict[str, None] = {}
        waiting = [path]
        while waiting:
            script = waiting.pop(0)
            text = (self.folder / script).read_text(encoding="utf-8")
            for address in IMPORT.findall(text):
                name = posixpath.normpath(posixpath.join(posixpath.dirname(script), address))
                if name not in reached:
                    reached[name] = None
                    waiting.append(name)
        return list(reached)

    def icon(self, name: str, label: str = "") -> Markup:
        """Return an icon of icons.txt; without a label it is hidden from screen readers."""
        use = self._uses.get(name)
        if use is None:
            raise KeyError(f"icon {name} is not in icons.txt")
        named = (
            f'role="img" aria-label="{escape(visible(label))}"' if label else 'aria-hidden="true"'
        )
        return Markup(f'<svg class="icon" {named}>{use}</svg>')  # noqa: S704  Markup.format is slow


def _without_comments(script: FileResponse) -> Response:
    content = JS_COMMENT.sub(b"", Path(script.path).read_bytes())
    headers = {"ETag": script.headers["etag"]}
    return Response(content, script.status_code, headers, media_type=script.media_type)


@lru_cache(COMPRESSED)
def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _compressed(response: Response, scope: Scope) -> Response:
    """Return a text file as small as gzip can make it, compressed once; anything else unchanged.

    The middleware compresses pages, each of which is new, so it has to be quick.
    """
    is_text = response.headers.get("content-type", "").startswith(TEXTS)
    if response.status_code != 200 or not is_text:
        return response
    if "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
        return response
    content = (
        Path(response.path).read_bytes()
        if isinstance(response, FileResponse)
        else bytes(response.body)
    )
    headers = {name: value for name, value in response.headers.items() if name in KEPT}
    headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(_gzip(content), headers=headers)


class HashedFiles(StaticFiles):
    """Serves the tree below its hash; an old hash still answers, but is not kept."""

    def __init__(self, assets: Assets) -> None:
        super().__init__(directory=assets.folder)
        self._hash = assets.hash
        self._sheets = assets.sheets

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file behind `<hash>/path`."""
        version, _, rest = path.partition(os.sep)
        if rest == ALL_SHEETS:
            response = self._all_sheets(scope)
        else:
            response = await super().get_response(rest or version, scope)
            del response.headers["Last-Modified"]  # the ETag says more, in fewer bytes
            if rest.startswith(OWN_SCRIPTS) and isinstance(response, FileResponse):
                response = _without_comments(response)
        response.headers["Content-Security-Policy"] = FILE_CSP
        fresh = version == self._hash
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if fresh else "no-cache"
        )
        return _compressed(response, scope)

    def _all_sheets(self, scope: Scope) -> Response:
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(405)
        response = Response(self._sheets, media_type="text/css")
        response.headers["ETag"] = f'"{self._hash}"'
        if self.is_not_modified(response.headers, Headers(scope=scope)):
            return NotModifiedResponse(response.headers)
        return response
