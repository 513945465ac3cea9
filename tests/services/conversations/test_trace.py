"""The trace as a tree: every span has one place, whatever agents sent, and each page is bounded."""

from dataclasses import replace
from datetime import timedelta

from app.services.conversations.spans import tree as trees
from app.services.conversations.spans.searching import Only
from app.services.conversations.spans.trace import Chosen, Trace, Wanted, chosen, trace
from app.services.conversations.spans.tree import Folds
from app.store.store import Store
from tests.services.conversations.traces import (
    AT_TOP,
    BEGAN,
    ENDED,
    kept,
    names,
    read,
    session,
    span,
    turn,
)


def test_a_tree_in_the_order_of_time(database: str) -> None:
    job, own = session()
    late = span("job_shutdown", 3599, job.span)
    stall = span("event_loop_blocked", 6, own.span)
    spans = [late, stall, *turn(own, 1), own, job, span("user_turn", 8, own.span)]
    [found] = read(database, spans, Wanted())
    assert names(found) == [
        "job_entrypoint",
        "  agent_session",
        "    agent_turn",
        "      llm_node",
        "        llm_request",
        "      tts_node",
        "    event_loop_blocked",
        "    user_turn",
        "  job_shutdown",
    ]
    assert found.counted.stalls == 1
    assert not found.page.is_folded


def test_a_parent_that_never_came(database: str) -> None:
    spans = turn(span("agent_session"), 1)
    [found] = read(database, spans, Wanted())
    assert names(found) == ["agent_turn", "  llm_node", "    llm_request", "  tts_node"]
    assert [row.is_orphan for row in found.page.rows] == [True, False, False, False]


def test_circles_and_parents_that_begin_later(database: str) -> None:
    own = span("own parent", 1)
    one, two = span("one", 2), span("two", 3)
    same, other = span("same", 4), span("other", 4)
    child = span("child", 5, "f" * 16)
    later = span("later", 6, span="f" * 16)
    spans = [
        replace(own, parent=own.span),
        replace(one, parent=two.span),
        replace(two, parent=one.span),
        replace(same, parent=other.span),
        replace(other, parent=same.span),
        child,
        later,
    ]
    [found] = read(database, spans, Wanted())
    shown = [row.span.span for row in found.page.rows]
    assert sorted(shown) == sorted(each.span for each in spans)
    assert "  two" in names(found)
    assert {"own parent", "child", "later"} <= set(names(found))
    assert len([name for name in names(found) if name.strip() in {"same", "other"}]) == 2


def test_a_chain_deeper_than_is_read(database: str) -> None:
    chain = [span("link 0")]
    for number in range(1, 200):
        chain.append(span(f"link {number}", number / 100, chain[-1].span))
    [whole, last] = read(database, chain, Wanted(), Wanted(q="link 199"))
    assert len(whole.page.rows) == trees.DEEPEST + 1
    assert whole.page.is_cut
    assert names(last) == ["link 199"]


def test_what_is_folded_is_counted(database: str) -> None:
    job, own = session()
    turns = [turn(own, 1 + 5 * number) for number in range(80)]
    turns[3][2] = replace(turns[3][2], failed=True)
    spans = [job, own, *(each for one in turns for each in one)]
    opened, closed = turns[3][0].span, turns[3][1].span
    folds = Folds(frozenset({opened}), frozenset({closed}))
    [shut, some] = read(database, spans, Wanted(), Wanted(folds=folds))
    assert shut.page.is_folded
    assert len(shut.page.rows) == 82
    row = next(row for row in shut.page.rows if row.span.span == opened)
    assert (row.below, row.failures, row.is_open) == (3, 1, False)
    assert names(some)[5:8] == ["    agent_turn", "      llm_node", "      tts_node"]


def test_every_page_has_other_spans_and_together_all(database: str) -> None:
    job, own = session()
    spans = [job, own, *(each for n in range(250) for each in turn(own, 1 + n))]

    async def pages(store: Store, job: str) -> list[Trace]:
        found = [await trace(store, job, BEGAN, ENDED, Wanted())]
        while found[-1].page.next:
            after = Wanted(after=found[-1].page.next)
            found.append(await trace(store, job, BEGAN, ENDED, after))
        return found

    found = kept(database, spans, pages)
    rows = [[row for row in each.page.rows if row.depth < 3] for each in found]
    assert [len(each) for each in rows] == [100, 100, 52]
    shown = {row.span.span for each in rows for row in each}
    assert shown == {each.span for each in spans if each.name in AT_TOP}
    assert sum(row.below for each in rows for row in each) == 750


def test_a_part_of_the_time(database: str) -> None:
    job, own = session()
    spans = [job, own, *turn(own, 1), *turn(own, 60), *turn(own, 120)]
    start = round((BEGAN + timedelta(seconds=59)).timestamp() * 1000)
    [found, nothing] = read(
        database,
        spans,
        Wanted(start=start, end=start + 2000),
        Wanted(start=start + 30_000, end=start + 31_000),
    )
    assert found.scale.zoomed
    assert names(found) == [
        "job_entrypoint",
        "  agent_session",
        "    agent_turn",
        "      llm_node",
        "        llm_request",
    ]
    assert names(nothing) == ["job_entrypoint", "  agent_session"]


def test_only_some(database: str) -> None:
    job, own = session()
    spans = [
        job,
        own,
        *turn(own, 1, failed=True),
        span("llm_node", 9, own.span, 1.5, label="Model_1%"),
        span("event_loop_blocked", 12, own.span, 0.7),
        span("user_speaking", 13, own.span, 9),
    ]
    failed, slow, stalls, by_label, by_wildcard = read(
        database,
        spans,
        Wanted(only=Only.FAILED),
        Wanted(only=Only.SLOW),
        Wanted(only=Only.STALLS),
        Wanted(q="mODEL_1%"),
        Wanted(q="m%1"),
    )
    assert names(failed) == ["agent_turn"]
    assert names(slow) == ["llm_node", "llm_request", "tts_node", "llm_node"]
    assert names(stalls) == ["event_loop_blocked"]
    assert names(by_label) == ["llm_node"]
    assert names(by_wildcard) == []
    assert (failed.counted.failed, failed.counted.slow, failed.counted.stalls) == (1, 4, 1)


def test_clocks_that_are_wrong(database: str) -> None:
    job, own = session()
    far = timedelta(days=40_000)
    spans = [
        replace(job, started_at=BEGAN - timedelta(days=4000)),
        replace(own, duration=2**53),
        span("tts_node", started_at=BEGAN + far, duration=2**53),
    ]
    [found] = read(database, spans, Wanted())
    assert found.scale.whole.since == BEGAN - timedelta(days=1)
    assert found.scale.whole.until == ENDED + timedelta(days=1)
    assert len(found.page.rows) == 3


def test_what_is_above_a_span(database: str) -> None:
    job, own = session()
    spans = [job, own, *turn(own, 1)]

    async def opened(store: Store, job: str) -> Chosen:
        return await chosen(store, job, spans[4].span)

    found = kept(database, spans, opened)
    above = ["job_entrypoint", "agent_session", "agent_turn", "llm_node"]
    assert [each.name for each in found.above] == above
    assert found.turn.name == "agent_turn"
