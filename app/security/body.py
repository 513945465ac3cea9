"""The posted form, read once per request, even if reading it fails.

A file becomes text, which replaces what was typed into the field with the same name.
"""

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from app.errors import DashboardError

# Some of Python's other encodings fail halfway, or produce text that no page can show.
ENCODINGS = frozenset({b"utf-8", b"utf8"})
# in the scope, by a guard: the seconds that a body may take to arrive
BODY_SECONDS_SCOPE_KEY = "body_seconds"


async def posted(request: Request) -> FormData:
    """Return the form, cached in the scope, which all Request objects of this request share.

    Raises the error that reading it raised, each time: the body can't be received twice.
    """
    state = request.scope["state"]
    if "posted" not in state:
        try:
            _, options = parse_options_header(request.headers.get("content-type"))
            if options.get(b"charset", b"utf-8").lower() not in ENCODINGS:
                raise HTTPException(415, "Forms must be sent as UTF-8.")
            await request.body()  # an interrupted parser leaves its files open
            form = await request.form(max_files=_files(request))
            state["posted"], state["no_text"] = await _with_texts(form)
            await form.close()
        except (DashboardError, HTTPException) as error:
            state["posted"] = error
        except ClientDisconnect:  # nobody waits for a response, and the fault is not ours
            state["posted"] = HTTPException(400, "The form did not arrive completely.")
    form_or_error: FormData | Exception = state["posted"]
    if isinstance(form_or_error, Exception):
        raise form_or_error
    return form_or_error


def no_text(request: Request) -> frozenset[str]:
    """Return the fields whose file isn't valid UTF-8; in the form they are empty."""
    fields: frozenset[str] = request.scope["state"].get("no_text", frozenset())
    return fields


async def _with_texts(form: FormData) -> tuple[FormData, frozenset[str]]:
    typed, files, invalid = [], {}, set()
    for name, value in form.multi_items():
        if isinstance(value, str):
            typed.append((name, value))
        elif value.filename:  # browsers send one without a name if none was chosen
            files[name] = await value.read()
    decoded = []
    for name, content in files.items():
        try:
            decoded.append((name, content.decode("utf-8-sig")))
        except UnicodeDecodeError:
            invalid.add(name)
            decoded.append((name, ""))
    other_fields = [(name, text) for name, text in typed if name not in files]
    return FormData([*other_fields, *decoded]), frozenset(invalid)


def _files(request: Request) -> int:
    """Return how many files the form of the request accepts; most accept none."""
    form_page = getattr(request.state, "form_page", None)
    return form_page.files if form_page else 0
