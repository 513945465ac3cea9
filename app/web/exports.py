"""Lists as files: CSV that is safe to open in a spreadsheet, and plain JSON."""

import csv
import dataclasses
import io
import json
import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar, cast

from starlette.responses import Response, StreamingResponse

Ending = Literal["csv", "json"]
# Characters that begin a formula (OWASP, "CSV Injection", and ASVS 1.2.10), also the full-width
# ones. If a spreadsheet doesn't separate cells at commas, any of SEPARATORS may split our cells.
SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
SEPARATORS = ";\t,|\r\n"
FORMULA = re.compile(
    f"\\A(?=[\t\r\n\0])"  # which some spreadsheets skip
    f'|(?:\\A|(?<=[{SEPARATORS}]))(?="*[{SIGNS}])'
)


Record = TypeVar("Record")


def copied(kind: type[Record], source: Any, /, **own: Any) -> Record:
    """Return a record of the dataclass `kind` with what `source` has by these names, but `own`."""
    names = [field.name for field in dataclasses.fields(cast(Any, kind)) if field.name not in own]
    return kind(**{name: getattr(source, name) for name in names}, **own)


def as_file(name: str, ending: Ending, records: Sequence[Any], kind: type[Any]) -> Response:
    """Return frozen records of the dataclass `kind` as a file with that extension."""
    return as_csv(name, records, kind) if ending == "csv" else as_json(name, records)


def as_csv(name: str, records: Sequence[Any], kind: type[Any]) -> Response:
    """Return frozen records of the dataclass `kind` as a CSV file with a header row.

    A cell with several values has one per line; line breaks within one become spaces.
    """
    columns = [field.name for field in dataclasses.fields(kind)]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for record in records:
        writer.writerow([_cell(getattr(record, column)) for column in columns])
    return _file(name, "csv", "text/csv; charset=utf-8", "\ufeff" + text.getvalue())


async def as_stream(
    name: str, ending: Ending, records: AsyncIterator[Any], kind: type[Any]
) -> Response:
    """Return frozen records of the dataclass `kind` as a file that is sent while it is read.

    The first record is read before the response begins, so that a failure has a page of its own.
    """
    first = await anext(records, None)
    lines = _csv_lines if ending == "csv" else _json_lines
    media = "text/csv; charset=utf-8" if ending == "csv" else "application/json"
    response = StreamingResponse(lines(first, records, kind), media_type=media)
    response.headers["Content-Disposition"] = disposition(name, ending)
    return response


async def _csv_lines(
    first: Any, records: AsyncIterator[Any], kind: type[Any]
) -> AsyncIterator[str]:
    columns = [field.name for field in dataclasses.fields(kind)]
    yield "\ufeff" + _csv_line(columns)
    record = first
    while record is not None:
        yield _csv_line([_cell(getattr(record, column)) for column in columns])
        record = await anext(records, None)


def _csv_line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


async def _json_lines(
    first: Any, records: AsyncIterator[Any], kind: type[Any]
) -> AsyncIterator[str]:
    yield "["
    record, comma = first, ""
    while record is not None:
        plain = json.dumps(dataclasses.asdict(record), default=_plain, ensure_ascii=False)
        yield f"{comma}\n{plain}"
        record, comma = await anext(records, None), ","
    yield "\n]\n"


def as_json(name: str, records: Sequence[Any]) -> Response:
    """Return frozen records as a JSON file: objects, times in ISO 8601, durations in seconds."""
    return as_document(name, [dataclasses.asdict(record) for record in records])


def as_document(name: str, plain: Any) -> Response:
    """Return JSON values as a file."""
    text = json.dumps(plain, default=_plain, indent=2, ensure_ascii=False)
    return _file(name, "json", "application/json", text)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        value = "\n".join(" ".join(str(each).split("\n")) for each in value)
    elif not isinstance(value, str | bool | int | float):
        value = _plain(value)
    return FORMULA.sub("'", value) if isinstance(value, str) else str(value)


def _file(name: str, ending: Ending, kind: str, text: str) -> Response:
    headers = {"Content-Disposition": disposition(name, ending)}
    return Response(text, media_type=kind, headers=headers)


def disposition(name: str, ending: str) -> str:
    """Return the header of a file to download; `name` is of this program, or plain."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return f'attachment; filename="{name}-{stamp}.{ending}"'
