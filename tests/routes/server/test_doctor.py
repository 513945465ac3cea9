"""/doctor: a pass for a room of the check's own, for who may make tokens."""

import jwt

from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor


def test_the_pass_is_for_a_room_of_its_own(admin: Visitor, dashboard: Dashboard) -> None:
    assert not admin.get("/doctor").access_tokens
    given = [admin.post("/doctor").response.json() for _ in range(2)]
    assert {each["url"] for each in given} == {dashboard.settings.browser_url}
    said = [jwt.decode(each["token"], options={"verify_signature": False}) for each in given]
    assert said[0]["video"]["room"] != said[1]["video"]["room"]
    for claims in said:
        assert claims["video"]["room"].startswith("connection-check-")
        assert claims["exp"] - claims["nbf"] <= 600
        assert claims["roomConfig"]["departureTimeout"] == 10
        assert set(claims["video"]) == {"roomJoin", "room", "canPublishData", *MAY}


MAY = {"canPublish", "canSubscribe"}


def test_who_may_make_no_tokens_runs_no_check(
    admin: Visitor, nobody: Visitor, reader: Visitor
) -> None:
    assert reader.get("/doctor").status == 403
    assert reader.post("/doctor").status == 403
    assert nobody.send("/doctor", {"csrf": admin.token()}).status == 401
    assert admin.send("/doctor", {"csrf": "wrong"}).status == 403
    assert "needs JavaScript" in admin.get("/doctor").text
