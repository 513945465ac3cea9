"""Read log records: lines of the agent's log, and those that carry its history and judgement."""

import hashlib
from collections.abc import Mapping
from typing import Any

from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from app.services.conversations import attributes
from app.services.conversations.attributes import text
from app.services.conversations.facts import Evaluation, LogLine, Upload
from app.services.conversations.reading.items import item_of
from app.services.conversations.reading.reports import read_report

LONGEST_MESSAGE = 16_000  # characters; the whole of it is in the raw batch


def read_record(upload: Upload, record: LogRecord, found: Mapping[str, Any], scope: str) -> None:
    """Add a log record with its attributes to an upload."""
    message = _message(record)
    match scope, message:
        case ("chat_history", "session report"):
            upload.began(attributes.moment(record.time_unix_nano))
            read_report(upload, found)
        case ("chat_history", "chat item"):
            if item := item_of(found.get("chat.item")):
                upload.items.append(item)
        case ("evaluations", "evaluation"):
            _read_evaluation(upload, record, found.get("evaluation"))
        case ("evaluations", "tag"):
            _read_tag(upload, found.get("tag"))
        case ("evaluations", "outcome"):
            _read_outcome(upload, found.get("outcome"))
        case _:
            _read_line(upload, record, found, scope, message)


def _read_evaluation(upload: Upload, record: LogRecord, found: Any) -> None:
    at = _moment(record)
    if not isinstance(found, dict) or at is None:
        return
    known = {"name", "verdict", "reasoning"}
    evaluation = Evaluation(
        evaluation=_digest(attributes.as_json(found)),
        at=at,
        name=text(found, "name"),
        verdict=text(found, "verdict"),
        reasoning=text(found, "reasoning"),
        details={name: value for name, value in found.items() if name not in known and value},
    )
    upload.evaluations.append(evaluation)


def _read_tag(upload: Upload, found: Any) -> None:
    if isinstance(found, dict) and (name := text(found, "name")):
        metadata = found.get("metadata")
        upload.tags[name] = metadata if isinstance(metadata, dict) else {}


def _read_outcome(upload: Upload, found: Any) -> None:
    if isinstance(found, dict):
        upload.says("outcome", text(found, "outcome"))
        upload.says("outcome_reason", text(found, "reason"))


def _read_line(
    upload: Upload, record: LogRecord, found: Mapping[str, Any], scope: str, message: str
) -> None:
    at = _moment(record)
    if at is None:
        return
    line = LogLine(
        line=line_of(record, found, scope),
        at=at,
        severity=record.severity_number,
        logger=_logger(found, scope),
        message=message[:LONGEST_MESSAGE],
    )
    upload.logs.append(line)


def line_of(record: LogRecord, found: Mapping[str, Any], scope: str) -> str:
    """Return the ID of a line: a digest of the record with its attributes."""
    logger, said = _logger(found, scope), attributes.as_json(found)
    return _digest(str(record.time_unix_nano), logger, _message(record), said)


def _logger(found: Mapping[str, Any], scope: str) -> str:
    return text(found, "logger.name") or scope


def _message(record: LogRecord) -> str:
    body = attributes.value(record.body)
    return body if isinstance(body, str) else attributes.as_json(body)


def _moment(record: LogRecord) -> Any:
    return attributes.moment(record.time_unix_nano or record.observed_time_unix_nano)


def _digest(*parts: str) -> str:
    content = "\0".join(parts).encode("utf-8", "replace")
    return hashlib.sha256(content).hexdigest()[:32]
