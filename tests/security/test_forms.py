"""Whatever is sent to any form: a page, or an answer that says what is wrong; never a bug."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import Phase, given, settings

from dev.participants import Crowd
from dev.stack import Stack
from tests.contracts.surface import Place, places
from tests.routes.filled import filled
from tests.security.nearly import Pairs, forms, learnt, listed
from tests.support.dashboard import Dashboard, managing
from tests.support.hostile import encoded
from tests.support.leaks import FORM, LEAKS
from tests.support.visitor import Seen, Visitor
from tests.support.world import world

ROOM, IDENTITY = "forms", "ann & <bob>"
ENDS = ("delete", "remove", "end", "stop")  # what these act on is gone afterwards
TRIES = 6
FINE = {200, 204, 303, 404, 409, 413, 422}
LIVEKITS_OWN = {502, 503, 504}


@dataclass(frozen=True)
class Server:
    """A dashboard of a LiveKit of its own, with one of everything, and its actions."""

    admin: Visitor
    token: str
    actions: list[Place]

    def send(self, place: Place, pairs: Pairs) -> Seen:
        """Send exactly this form, as our own page would."""
        body = encoded([*pairs, ("csrf", self.token)])
        headers = {"Origin": self.admin.origin, "Content-Type": FORM}
        return Seen(self.admin.http.post(place.path, content=body, headers=headers))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """All that is made by chance is gone with this server."""
    with Stack() as stack, Crowd(stack.url, stack.api_key, stack.api_secret) as crowd:
        dashboard = Dashboard(**managing(stack), enable_sip=True).start()
        with world(stack, ROOM, "name") as there:
            crowd.join(ROOM, IDENTITY, audio=True, kind="sip")
            admin = dashboard.visitor()
            found = places(dashboard.app, **there.names(IDENTITY))
            actions = sorted((place for place in found if place.action), key=last)
            yield Server(admin, admin.token(), actions)
        dashboard.stop()


def last(place: Place) -> tuple[bool, int, str]:
    """Put what ends something behind all else, and what ends more behind what ends less."""
    return place.path.rpartition("/")[2] in ENDS, -place.path.count("/"), place.path


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")  # a long form that fails
def test_any_form_is_answered(server: Server) -> None:
    before = len(LEAKS.text.getvalue())
    file = server.admin.get("/sip/definitions/-/export.json").html
    answers = [tried(server, place, file) for place in server.actions]
    through = sum(bool(statuses & {200, 204, 303}) for statuses in answers)
    assert through > len(answers) * 0.6, "the forms are refused before they are read"
    assert "Traceback" not in LEAKS.text.getvalue()[before:]


def tried(server: Server, place: Place, file: str) -> set[int]:
    """Try forms of one action; give the answers' statuses."""
    page = server.admin.get(place.path) if "GET" in place.guards else None
    base = learnt(server.send, place, page, file)
    statuses: set[int] = set()

    @settings(
        max_examples=TRIES, deadline=None, derandomize=True, database=None, phases=[Phase.generate]
    )
    @given(forms(place, page, base))
    def answered(pairs: Pairs) -> None:
        seen = server.send(place, pairs)
        statuses.add(seen.status)
        fine(place, seen, pairs)

    answered()
    return statuses


def fine(place: Place, seen: Seen, pairs: Pairs) -> None:
    """Fail unless the answer is one that a form may have, says what is wrong, and keeps it all."""
    if seen.status in LIVEKITS_OWN:
        assert "desc=failed" in seen.headers["server-timing"], told(place, seen, pairs)
    else:
        assert seen.status in FINE, told(place, seen, pairs)
    if seen.status < 400:
        return
    shown = [*seen.all("div", role="alert"), *seen.all("section", class_="error-page")]
    wrong = [tags for _, tags in seen.tags if "aria-invalid" in tags]
    said = place.action and not place.action.form and "data-title" in seen.html
    assert shown or wrong or said, told(place, seen, pairs)
    if seen.all("form", **{"data-form": ""}):
        again = filled(seen)
        texts = {tags.get("name") for _, tags in seen.tags if "rows" in tags or is_text(tags)}
        for name, typed in first(pairs).items():
            if name in texts & again.keys() & place.models[0].model_fields.keys():
                kept = map(shown_as, listed(again[name]))
                assert shown_as(typed) in kept, (name, told(place, seen, pairs))


def told(place: Place, seen: Seen, pairs: Pairs) -> str:
    """Return what was sent and what came back."""
    return f"{place.path}: {seen.status} {[(n, v[:99]) for n, v in pairs]} {seen.text[-500:]}"


def is_text(tags: dict[str, str]) -> bool:
    """Return whether a field takes a text, or carries one that the form needs again."""
    return tags.get("type") in {"text", "password", "url", "number", "hidden"}


def first(pairs: Pairs) -> dict[str, str]:
    """Return the first of each name: what a field that takes one value takes."""
    return dict(reversed(pairs))


def shown_as(text: str) -> str:
    """Return a text as a page can show it: HTML has one kind of line break, and no NUL."""
    whole = text.encode(errors="surrogatepass").decode(errors="replace")
    return whole.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
