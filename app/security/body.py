"""The posted form, read once a request: what could not be read is not read again.

A file is in it as its text, in place of what was typed into the field of that name.
"""

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from app.errors import DashboardError

# Python knows encodings that break off in the middle, or make what no page can show.
ENCODINGS = frozenset({b"utf-8", b"utf8"})


async def posted(request: Request) -> FormData:
    """Return the form; kept in the scope, which every Request object of this request shares.

    Raises what reading it raised, each time it is asked for: the body cannot be received twice.
    """
    state = request.scope["state"]
    if "posted" not in state:
        try:
            _, options = parse_options_header(request.headers.get("content-type"))
            if options.get(b"charset", b"utf-8").lower() not in ENCODINGS:
                raise HTTPException(415, "A form is sent as UTF-8.")
            await request.body()  # a parser that is broken off leaves its files open
            form = await request.form(max_files=_files(request))
            state["posted"], state["no_text"] = await _as_text(form)
            await form.close()
        except (DashboardError, HTTPException) as error:
            state["posted"] = error
        except ClientDisconnect:  # nobody waits for an answer, and it is no fault of ours
            state["posted"] = HTTPException(400, "The form did not arrive whole.")
    found: FormData | Exception = state["posted"]
    if isinstance(found, Exception):
        raise found
    return found


def no_text(request: Request) -> frozenset[str]:
    """Return the fields for which a file was sent that is not UTF-8; they are empty."""
    found: frozenset[str] = request.scope["state"].get("no_text", frozenset())
    return found


async def _as_text(form: FormData) -> tuple[FormData, frozenset[str]]:
    typed, files, broken = [], {}, set()
    for name, value in form.multi_items():
        if isinstance(value, str):
            typed.append((name, value))
        elif value.filename:  # a browser sends one without a name where none was chosen
            files[name] = await value.read()
    read = []
    for name, content in files.items():
        try:
            read.append((name, content.decode("utf-8-sig")))
        except UnicodeDecodeError:
            broken.add(name)
            read.append((name, ""))
    left = [(name, text) for name, text in typed if name not in files]
    return FormData([*left, *read]), frozenset(broken)


def _files(request: Request) -> int:
    """Return how many files the form of the request takes; nearly all take none."""
    form_page = getattr(request.state, "form_page", None)
    return form_page.files if form_page else 0
