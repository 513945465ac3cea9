"""The trace of spans that name any others as their parents, and of more than a page reads."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.services.conversations.facts import Span
from app.services.conversations.spans import tree as trees
from app.services.conversations.spans.trace import Wanted
from app.services.conversations.spans.tree import Folds
from tests.services.conversations.traces import read, span


@st.composite
def tangles(draw: st.DrawFn) -> list[Span]:
    """Return spans that name any others as their parents, at few moments."""
    number = draw(st.integers(1, 12))
    identifiers = [f"{each:016x}" for each in range(1, number + 1)]
    found = []
    for identifier in identifiers:
        found.append(
            span(
                draw(st.sampled_from(["agent_session", "llm_node", "job_entrypoint"])),
                draw(st.integers(0, 3)),
                draw(st.sampled_from(["", "f" * 16, *identifiers])),
                draw(st.integers(0, 2)),
                span=identifier,
            )
        )
    return found


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(spans=tangles())
def test_any_tangle_has_each_span_once(database: str, spans: list[Span]) -> None:
    [found] = read(database, spans, Wanted())
    assert sorted(row.span.span for row in found.page.rows) == [each.span for each in spans]
    assert not found.page.is_cut


def test_reading_is_bounded(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MOST_BELOW", 50)
    top = span("agent_turn", seconds=60)
    spans = [top, *(span("llm_node", 1 + n / 10, top.span) for n in range(120))]
    [found] = read(database, spans, Wanted(folds=Folds(frozenset({top.span}))))
    assert found.page.is_cut
    assert len(found.page.rows) == 51
