"""By which index a trace finds parents, also in a database that has counted nothing yet."""

from sqlalchemy import select, text

from app.services.conversations.spans.skeleton import SPANS, at_top, of_job
from app.store.store import Store
from tests.services.conversations.traces import kept, span

TURNS = 200


def test_parents_are_found_by_their_ids(database: str) -> None:
    session = span("agent_session", seconds=TURNS)
    spans = [session]
    for number in range(TURNS):
        turn = span("agent_turn", number, session.span)
        spans += [turn, span("llm_request", number + 0.1, turn.span)]

    async def plan(store: Store, job: str) -> list[str]:
        query = select(SPANS.span).where(*of_job(job), at_top([]))
        explain = "EXPLAIN QUERY PLAN" if database.startswith("sqlite") else "EXPLAIN"
        async with store.read() as connection:
            whole = query.compile(connection.engine, compile_kwargs={"literal_binds": True})
            found = await connection.execute(text(f"{explain} {whole}"))
            return [str(row[-1]) for row in found]

    index = {"sqlite": "sqlite_autoindex_conversation_spans_1"}
    used = index.get(database.partition(":")[0], "uq_conversation_spans_span")
    steps = kept(database, spans, plan)
    assert used in next(step for step in steps if " above" in step), steps
