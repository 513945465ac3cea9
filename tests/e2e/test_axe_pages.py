"""axe-core finds nothing on any page: light and dark, wide and narrow."""

from collections.abc import Callable
from typing import Any

from app.text.paths import participant_path, room_path
from dev.workers import Standin, StreamFailure
from tests.e2e.axe import problems, problems_everywhere
from tests.e2e.conftest import OpenPage, Stage
from tests.e2e.jobs import ALL_OUTPUTS, begin, start, unfolded
from tests.e2e.people import expanded
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard

ROOM_FORMS = ["edit", "delete", "send"]
PERSON_FORMS = ["edit", "permissions", "subscriptions", "send", "rpc", "remove"]
# every type of egress, each with another storage
KINDS = {
    "room_composite": "s3",
    "participant": "gcp",
    "track_composite": "azure",
    "track": "alioss",
    "web": "s3",
}


def test_pages(open_page: OpenPage, stage: Stage) -> None:
    page = open_page()
    for path in ("/", "/rooms", "/rooms?q=no-room-has-this", "/logout"):
        page.goto(path)
        assert problems_everywhere(page) == {}, path


def test_pages_of_an_empty_server(open_page: OpenPage, empty: Dashboard) -> None:
    page = open_page(at=empty.url)
    for path in ("/", "/rooms"):
        page.goto(path)
        assert page.get_by_text("No rooms yet").count() == 1
        assert problems_everywhere(page) == {}, path
    page.goto("/egress")
    assert page.get_by_text("No recordings or streams").count() == 1
    assert problems_everywhere(page) == {}


def test_a_list_of_one_and_of_many_pages(
    open_page: OpenPage, make_room: Callable[..., str]
) -> None:
    for number in range(26):
        make_room(f"axe-{number:02}", metadata=f"[{number}]")
    page = open_page("/rooms?q=axe-07")
    assert page.locator("tbody tr").count() == 1
    assert problems_everywhere(page) == {}
    page.goto("/rooms?q=axe-&per_page=25&sort=-created")
    page.locator("[data-select-all]").check()
    assert page.locator("tbody tr").count() == 25
    assert problems_everywhere(page) == {}


def test_a_room_and_its_details(
    open_page: OpenPage, stage: Stage, room: str, make_room: Callable[..., str]
) -> None:
    page = open_page(room_path(stage.room))
    assert page.locator("tr[id^=PA_]").count() == 2
    for label in ("Ada", "bob"):
        expanded(page, label)
    page.evaluate("scrollTo(0, 0)")  # the top bar covers what is scrolled below it
    assert problems_everywhere(page) == {}
    for tab in ("media", "agents", "details"):
        page.goto(f"{room_path(stage.room)}?tab={tab}")
        assert problems_everywhere(page) == {}, tab
    for name in (room, make_room(metadata=str([*range(99)]))):  # the latter scrolls
        page.goto(room_path(name))
        assert problems_everywhere(page) == {}


def test_forms_of_rooms(open_page: OpenPage, stage: Stage) -> None:
    page = open_page()
    for path in ["/rooms/-/new", *(room_path(stage.room, form) for form in ROOM_FORMS)]:
        page.goto(path)
        for summary in page.locator("main details > summary").all():
            summary.click()
        assert problems_everywhere(page) == {}, path


def test_forms_of_participants(open_page: OpenPage, stage: Stage) -> None:
    page = open_page()
    for form in PERSON_FORMS:
        page.goto(participant_path(stage.room, "ada", form))
        assert page.locator("form[data-form]").count() == 1
        assert problems_everywhere(page) == {}, form


def test_egress_and_its_jobs(
    open_page: OpenPage,
    quick: Dashboard,
    room: str,
    livekit: Callable[..., Any],
    standin: Standin,
) -> None:
    failed = begin(livekit, room)
    standin.end(failed, "failed", error="S3 upload failed: AccessDenied", error_code=403)
    why = StreamFailure("rtmp://127.0.0.1/live/key", error="refused", retries=3)
    standin.plan(room, streams_fail=[why], manifest_location="m.json", backup_storage_used=True)
    running = start(livekit, room, **ALL_OUTPUTS)
    page = open_page(f"/egress/{running}", at=quick.url)
    page.get_by_text("refused").wait_for()
    assert problems_everywhere(page) == {}
    page.goto(f"/egress?room={room}")
    assert problems_everywhere(page) == {}
    paths = [f"/egress/{running}/{form}" for form in ("stop", "layout", "streams")]
    for path in (
        "/egress?q=no-job-has-this",
        f"/egress/{failed}",
        f"/egress/{failed}/stop",
        *paths,
    ):
        page.goto(path)
        assert problems(page) == [], path


def test_forms_of_egress(open_page: OpenPage, stage: Stage, watch: Watch) -> None:
    page = open_page()
    for kind, storage in KINDS.items():
        page.goto(f"/egress/-/new?type={kind}&room={stage.room}")
        unfolded(page, storage)
        assert problems(page) == [], kind
    page.goto("/egress/-/new?type=participant")
    assert problems(page) == []
    page.goto(f"/egress/-/new?type=participant&room={stage.room}")
    unfolded(page, "s3")
    page.get_by_role("button", name="Start recording").click()
    page.locator("[aria-invalid]").first.wait_for()
    assert problems_everywhere(page) == {}
    watch.expect_status(422)


def test_a_form_with_errors(open_page: OpenPage, watch: Watch) -> None:
    page = open_page("/rooms/-/new")
    page.get_by_label("Metadata").fill("{broken")
    page.get_by_role("button", name="Create room").click()
    page.locator("[aria-invalid]").first.wait_for()
    assert page.locator("p.error").count() == 1
    assert problems_everywhere(page) == {}
    watch.expect_status(422)


def test_error_pages(open_page: OpenPage, watch: Watch) -> None:
    page = open_page()
    for path, status in [
        ("/nowhere", "404"),
        ("/rooms/no-such-room", "404"),
        ("/rooms?sort=wrong", "422"),
    ]:
        page.goto(path)
        assert page.locator(".error-page .status").inner_text().startswith(status)
        assert problems_everywhere(page) == {}, path
    watch.expect_status(404, 422)


def test_signed_out(open_page: OpenPage, watch: Watch) -> None:
    wrong = {"username": "admin", "password": "wrong"}
    page = open_page("/rooms", http_credentials=wrong, extra_http_headers={})
    assert page.locator(".error-page .status").inner_text().startswith("401")
    assert problems_everywhere(page) == {}
    page.goto("/logout?forget=1")
    assert problems_everywhere(page) == {}
    watch.expect_status(401)


def test_read_only(open_page: OpenPage, read_only: Dashboard, stage: Stage, watch: Watch) -> None:
    page = open_page("/rooms/-/new", at=read_only.url)
    assert page.locator(".error-page .status").inner_text().startswith("403")
    assert problems_everywhere(page) == {}
    page.goto(room_path(stage.room))
    own = "form:not([data-filter], [data-views] *)"  # views are saved in the browser only
    assert page.locator(f"main :is({own}, [data-dialog])").count() == 0
    assert problems_everywhere(page) == {}
    watch.expect_status(403)


def test_without_livekit(open_page: OpenPage, cut_off: Dashboard, watch: Watch) -> None:
    page = open_page(at=cut_off.url)
    for path in ("/", "/rooms"):
        page.goto(path)
        page.locator(".reason").wait_for()
        assert problems_everywhere(page) == {}, path
    watch.expect_status(503)
