"""Who looks at a stream key, or at the credentials in a source URL, is in the audit."""

from collections.abc import Callable

import pytest
from livekit import api

from app.security.audit import AuditEntry
from app.services.audit.states import Outcome
from app.text.paths import ingress_path
from tests.routes.asked import Ask
from tests.routes.filled import polled
from tests.support.dashboard import Dashboard

URL = api.IngressInput.URL_INPUT
PULLED = "https://user:pass-word@media.example/live.m3u8"


class Written:
    """An audit that tests can read: the entries about ingresses."""

    def __init__(self) -> None:
        self.entries: list[tuple[Outcome, AuditEntry]] = []

    async def write(
        self, entry: AuditEntry, outcome: Outcome, error: BaseException | None = None
    ) -> None:
        """Keep the entry."""
        if entry.action.startswith("ingress."):
            self.entries.append((outcome, entry))

    @property
    def lines(self) -> list[tuple[str, str, dict[str, str]]]:
        """Return the outcome, action and target of each entry."""
        return [(outcome, entry.action, dict(entry.target)) for outcome, entry in self.entries]


@pytest.fixture
def written() -> Written:
    """The audit of the test's own dashboards."""
    return Written()


@pytest.fixture
def audited(start_dashboard: Callable[..., Dashboard], written: Written) -> Dashboard:
    """A dashboard that writes to that audit."""
    dashboard = start_dashboard()
    dashboard.app.state.audit = written
    return dashboard


def test_a_page_with_the_key_is_written(
    audited: Dashboard, written: Written, make_ingress: Ask
) -> None:
    info = make_ingress()
    page = audited.visitor().get(ingress_path(info.ingress_id))
    assert info.stream_key in page.html
    assert written.lines == [("done", "ingress.key", {"ingress": info.ingress_id})]
    ((_, entry),) = written.entries
    assert (entry.user, entry.role, entry.address) == ("admin", "admin", "127.0.0.1")
    assert info.stream_key not in str(entry)


def test_a_poll_is_written_only_if_it_sends_the_key_again(
    audited: Dashboard, written: Written, make_ingress: Ask
) -> None:
    info = make_ingress()
    visitor = audited.visitor()
    path, tag = polled(visitor.get(ingress_path(info.ingress_id)))
    assert visitor.get(path, headers={"hx-ptag": tag}).status == 304
    assert len(written.entries) == 1
    assert info.stream_key in visitor.get(path).html
    assert len(written.entries) == 2


def test_credentials_of_a_source_are_written(
    audited: Dashboard, written: Written, make_ingress: Ask
) -> None:
    info = make_ingress(input_type=URL, url=PULLED)
    visitor = audited.visitor()
    assert "pass-word" in visitor.get(ingress_path(info.ingress_id)).html
    copy = f"/ingress/-/new?like={info.ingress_id}"
    assert "pass-word" in visitor.get(copy).html
    entry = ("done", "ingress.url", {"ingress": info.ingress_id})
    assert written.lines == [entry, entry]


def test_nothing_is_written_if_no_secret_is_shown(
    audited: Dashboard,
    start_dashboard: Callable[..., Dashboard],
    written: Written,
    make_ingress: Ask,
) -> None:
    keyed, public = make_ingress(), make_ingress(input_type=URL, url="http://media.example/a.mp4")
    visitor = audited.visitor()
    assert visitor.get(ingress_path(public.ingress_id)).status == 200
    for path in ("/ingress", f"/ingress/-/new?like={keyed.ingress_id}"):
        assert keyed.stream_key not in visitor.get(path).html
    assert visitor.get(f"/ingress/-/new?like={public.ingress_id}").status == 200
    read_only = start_dashboard(read_only=True)
    read_only.app.state.audit = written
    reader = read_only.visitor()
    for info in (keyed, public):
        assert reader.get(ingress_path(info.ingress_id)).status == 200
    assert reader.get(ingress_path("IN_none")).status == 404
    assert written.lines == []
