"""A failed recording is started again: one click to the form, one secret, one click to start."""

from typing import Any

from livekit import api
from playwright.sync_api import Page, expect

from dev.workers import Ending, Standin
from tests.e2e.jobs import begun, start
from tests.routes.asked import Ask
from tests.routes.egress.jobs import reached

FAILED = api.EgressStatus.EGRESS_FAILED


def test_a_failed_job_is_started_again_with_its_secret_entered(
    page: Page, room: str, livekit: Ask, standin: Standin
) -> None:
    upload = api.S3Upload(bucket="tapes", access_key="first-key", secret="first-secret")
    file = api.EncodedFileOutput(filepath="a/{room_name}", s3=upload)
    error = "upload failed: AccessDenied"
    standin.plan(room, active_after=0, end_after=0, end=Ending("failed", error=error))
    failed = start(livekit, room, layout="speaker", file_outputs=[file])
    reached(livekit, failed, FAILED)
    standin.plan(room)
    page.goto(f"/egress?room={room}")
    page.get_by_role("link", name=f"Start again: {failed}").click()
    form = page.locator("main form[data-form]")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Record {room}")
    expect(form.get_by_label("Upload to")).to_have_value("s3")
    expect(page.locator("#preview")).to_contain_text(f"a/{room}.mp4")
    for name, text in (("Access key", "second-key"), ("Secret", "second-secret")):
        box = form.get_by_role("textbox", name=name, exact=True).locator("visible=true")
        expect(box).to_have_value("")
        expect(box).to_have_accessible_description("Enter it again: LiveKit doesn't report it.")
        box.fill(text)
    form.get_by_role("button", name="Start recording").click()
    expect(page.locator(".notice.ok")).to_contain_text("Recording started.")
    asked: Any = begun(livekit, standin, room, failed).asked
    wanted = api.S3Upload(bucket="tapes", access_key="second-key", secret="second-secret")
    assert asked.layout == "speaker"
    assert asked.file_outputs == [api.EncodedFileOutput(filepath="a/{room_name}", s3=wanted)]


def test_what_is_folded_is_open_if_it_must_be_entered_again(
    page: Page, room: str, livekit: Ask, standin: Standin
) -> None:
    upload = api.S3Upload(bucket="tapes", access_key="k", secret="s", assume_role_external_id="x")
    standin.plan(room, active_after=0, end_after=0, end=Ending("failed", error="no space left"))
    failed = start(livekit, room, file_outputs=[api.EncodedFileOutput(s3=upload)])
    reached(livekit, failed, FAILED)
    page.goto(f"/egress/-/new?again={failed}")
    expect(page.locator("#f-s3_assume_role_external_id")).to_be_visible()
    page.goto(f"/egress/-/new?room={room}")
    page.get_by_label("Upload to").select_option("s3")
    expect(page.locator("#f-s3_assume_role_external_id")).to_be_hidden()
    expect(page.locator("#f-s3_secret")).to_be_visible()


def test_the_page_of_an_ended_job_offers_it(
    page: Page, room: str, livekit: Ask, standin: Standin
) -> None:
    standin.plan(room, active_after=0, end_after=0, end=Ending("failed", error="no space left"))
    failed = start(livekit, room)
    reached(livekit, failed, FAILED)
    page.goto(f"/egress/{failed}")
    expect(page.locator("#output-1 .state")).to_have_text("failed inferred")
    page.get_by_role("link", name="Start again", exact=True).click()
    expect(page.get_by_text(f"Filled in from the job {failed}.")).to_be_visible()
    page.get_by_role("link", name=failed).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(failed)
