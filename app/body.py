"""The posted form, read once a request: what could not be read is not read again."""

from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from app.errors import DashboardError

# Python knows encodings that break off in the middle, or make what no page can show.
ENCODINGS = frozenset({b"utf-8", b"utf8"})


async def posted(request: Request) -> FormData:
    """Give the form; kept in the scope, which every Request object of this request shares.

    Raises what reading it raised, each time it is asked for: the body cannot be received twice.
    """
    state = request.scope["state"]
    if "posted" not in state:
        try:
            _, options = parse_options_header(request.headers.get("content-type"))
            if options.get(b"charset", b"utf-8").lower() not in ENCODINGS:
                raise HTTPException(415, "A form is sent as UTF-8.")
            state["posted"] = await request.form(max_files=0)  # no form of ours takes any
        except (DashboardError, HTTPException) as error:
            state["posted"] = error
        except ClientDisconnect:  # nobody is left to be told, and it is no crash of ours
            state["posted"] = HTTPException(400, "The form did not arrive whole.")
    found: FormData | Exception = state["posted"]
    if isinstance(found, Exception):
        raise found
    return found
