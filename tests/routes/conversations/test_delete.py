"""/conversations/{job}/delete: who may, what is asked, and what is left if the storage is away."""

import pytest

from app.services.conversations.files import job_id
from app.text.paths import conversation_path
from tests.routes.conversations.conftest import Heard
from tests.support.tokens import give_token, program
from tests.support.uploads import TRACES, Spoken, record, send


@pytest.fixture
def spoken(heard: Heard) -> Spoken:
    """A conversation that has ended, with a recording."""
    spoken = Spoken()
    send(heard.dashboard, TRACES, spoken.traces(spoken.span("llm_node")))
    record(heard.dashboard, spoken, [spoken.message("item_1", "user", "Hi", 0.5)], b"OggS")
    return spoken


def files(heard: Heard, job: str) -> int:
    """Return how many files a conversation has."""
    return sum(path.is_file() for path in heard.files.rglob(f"{job}/*"))


def test_it_is_deleted_with_its_files(heard: Heard, spoken: Spoken) -> None:
    place = f"/conversations/{spoken.job}"
    assert f'href="{place}/delete"' in heard.admin.get(place).html
    asked = heard.admin.get(f"{place}/delete")
    for text in (spoken.job, spoken.agent, spoken.room, "its recording", "This can't be undone"):
        assert text in asked.text
    assert files(heard, spoken.job) == 3
    sent = heard.admin.post(f"{place}/delete")
    assert (sent.status, sent.location) == (303, "/conversations")
    assert heard.admin.get(place).status == 404
    assert files(heard, spoken.job) == 0
    assert "Delete conversation" in heard.admin.get("/audit").text


def test_a_second_click_does_no_harm(heard: Heard, spoken: Spoken) -> None:
    place = f"/conversations/{spoken.job}/delete"
    assert heard.admin.post(place).status == 303
    assert heard.admin.post(place).status == 303
    assert heard.admin.get(place).status == 404
    assert heard.admin.post("/conversations/AJ_none/delete").status == 404


def test_a_late_upload_does_not_bring_it_back(heard: Heard, spoken: Spoken) -> None:
    heard.admin.post(f"/conversations/{spoken.job}/delete")
    late = send(heard.dashboard, TRACES, spoken.traces(spoken.span("agent_session")))
    assert late.status_code == 200, "an agent would only send it again"
    assert record(heard.dashboard, spoken, (), b"OggS").status_code == 200
    assert heard.admin.get(f"/conversations/{spoken.job}").status == 404
    assert files(heard, spoken.job) == 0


@pytest.mark.parametrize("role", ["viewer", "support", "operator"])
def test_only_with_the_permission(heard: Heard, spoken: Spoken, role: str) -> None:
    visitor = program(heard.dashboard, give_token(heard.dashboard, role))
    place = f"/conversations/{spoken.job}"
    assert "/delete" not in visitor.get(place).html
    assert visitor.get(f"{place}/delete").status == 403
    assert visitor.post(f"{place}/delete").status == 403
    assert heard.admin.post(f"{place}/delete", csrf="wrong").status == 403
    assert heard.admin.get(place).status == 200


@pytest.mark.parametrize("job", ["AJ <b>&'\"\u202e", "AJ \0 nul", "é" * 200])
def test_strange_jobs(heard: Heard, job: str) -> None:
    before = {path for path in heard.files.rglob("*") if path.is_file()}
    spoken = Spoken(job=job)
    assert record(heard.dashboard, spoken, (), b"OggS").status_code == 200
    assert len({path for path in heard.files.rglob("*") if path.is_file()} - before) == 2
    place = conversation_path(job_id(job))
    asked = heard.admin.get(f"{place}/delete")
    assert asked.status == 200
    assert "<b>&'" not in asked.html
    assert heard.admin.post(f"{place}/delete").status == 303
    assert {path for path in heard.files.rglob("*") if path.is_file()} == before


def test_without_storage_it_says_what_is_left(heard: Heard, spoken: Spoken) -> None:
    away = heard.files.with_name("away")
    heard.files.rename(away)
    sent = heard.admin.post(f"/conversations/{spoken.job}/delete")
    assert sent.status == 303
    told = heard.admin.get("/account").text
    away.rename(heard.files)
    assert "was deleted. Not all of the files could be deleted" in told
    assert "will be deleted once the storage works again" in told
    assert heard.admin.get(f"/conversations/{spoken.job}").status == 404
    assert files(heard, spoken.job) == 3
