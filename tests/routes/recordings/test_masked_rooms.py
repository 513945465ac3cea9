"""Phone numbers in the names of rooms: masked for those who may not see persons."""

from app.text.paths import API
from tests.routes.recordings.conftest import Recorded

NUMBER = "+15550142999"
ROOM = f"call-_{NUMBER}_x7"
PLACES = (
    "/recordings",
    "/recordings/EG_call.1",
    "/recordings/EG_call.1/delete",
    "/recordings/-/export.csv",
    "/recordings/-/export.json",
    f"{API}/recordings",
    f"{API}/recordings/EG_call.1",
)


def test_numbers_are_masked(recorded: Recorded) -> None:
    recorded.sound("EG_call", room=ROOM)
    masked = recorded.with_only("server.read", "recordings.read", "recordings.manage")
    for place in PLACES:
        assert NUMBER in recorded.admin.http.get(place).text, place
        shown = masked.http.get(place)
        assert shown.status_code == 200, place
        assert NUMBER not in shown.text, place
        assert "call-_Number 1_x7" in shown.text, place
