"""Read metrics: what models were used for, until the session's report says it.

Source: livekit-agents, telemetry/otel_metrics.py; counters with delta temporality.
"""

from collections.abc import Mapping
from typing import Any

from opentelemetry.proto.metrics.v1.metrics_pb2 import (
    AGGREGATION_TEMPORALITY_DELTA,
    Metric,
    NumberDataPoint,
)

from app.services.conversations.attributes import number, text
from app.services.conversations.facts import Upload, Used

COUNTED = {  # counters, the kind of model, and the field
    "lk.agents.usage.llm_input_tokens": ("llm", "input_tokens"),
    "lk.agents.usage.llm_input_cached_tokens": ("llm", "cached_tokens"),
    "lk.agents.usage.llm_input_audio_tokens": ("llm", "input_audio_tokens"),
    "lk.agents.usage.llm_output_tokens": ("llm", "output_tokens"),
    "lk.agents.usage.llm_output_audio_tokens": ("llm", "output_audio_tokens"),
    "lk.agents.usage.llm_session_duration": ("llm", "session"),
    "lk.agents.usage.tts_characters": ("tts", "characters"),
    "lk.agents.usage.tts_audio_duration": ("tts", "audio"),
    "lk.agents.usage.stt_audio_duration": ("stt", "audio"),
    "lk.agents.usage.interruption_num_requests": ("interruption", "requests"),
}
IN_SECONDS = frozenset({"audio", "session"})


def read_point(upload: Upload, metric: Metric, point: Any, found: Mapping[str, Any]) -> None:
    """Add a data point with its attributes to an upload; only what counts usage is read."""
    if metric.name not in COUNTED or not isinstance(point, NumberDataPoint):
        return
    if metric.sum.aggregation_temporality != AGGREGATION_TEMPORALITY_DELTA:
        return  # a total that grows can't be added up
    kind, column = COUNTED[metric.name]
    amount = number(point.as_int if point.WhichOneof("value") == "as_int" else point.as_double)
    if not amount or amount < 0:
        return
    used = _of(upload, kind, text(found, "model_provider"), text(found, "model_name"))
    units = round(amount * 1_000_000) if column in IN_SECONDS else round(amount)
    setattr(used, column, getattr(used, column) + units)


def _of(upload: Upload, kind: str, provider: str, model: str) -> Used:
    key = (kind, provider, model)
    if key not in upload.used:
        upload.used[key] = Used(*key)
    return upload.used[key]
