"""Structured logs: text on a terminal, JSON otherwise; every line carries the request's ID."""

import logging
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any

import structlog

from app.config.settings import Settings

# Control and format characters, surrogates, and Unicode's line and paragraph separators.
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def configure_logging(settings: Settings) -> None:
    """Write what structlog and the libraries log to standard error, through one renderer."""
    as_text = settings.log_format == "text" or (
        settings.log_format == "auto" and sys.stderr.isatty()
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if as_text
        else structlog.processors.JSONRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            *([visible] if as_text else []),  # JSON escapes them
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    logging.getLogger("uvicorn.access").disabled = True  # app/web logs requests, with their ID
    for name in ("livekit", "asyncio", "uvicorn.error", "alembic"):
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))


def visible(_logger: Any, _method: str, event: structlog.typing.EventDict) -> dict[str, Any]:
    """Return the event with escapes in place of what a terminal would act on instead of showing.

    Paths, names and error messages are written by strangers. Only a traceback keeps its lines.
    """
    return {
        key: "\n".join(map(_escaped, value.split("\n"))) if key == "exception" else _escaped(value)
        for key, value in event.items()
    }


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isprintable() else "".join(map(_character, value))
    if isinstance(value, Mapping):
        return {_escaped(key): _escaped(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_escaped(item) for item in value]
    return value


def _character(character: str) -> str:
    if unicodedata.category(character) in INVISIBLE:
        return character.encode("unicode_escape").decode("ascii")
    return character
