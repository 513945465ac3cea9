"""Transcripts that are long, that grow, and that are hostile."""

import json
import re
from html import unescape

from tests.routes.conversations import talks
from tests.routes.conversations.conftest import Heard
from tests.routes.conversations.talks import lines_of
from tests.support.uploads import TRACES, Spoken, record, send


def test_long_ones_come_in_parts(heard: Heard) -> None:
    spoken = Spoken()
    record(heard.dashboard, spoken, talks.long_talk(spoken, 60))
    place = f"/conversations/{spoken.job}"
    seen = heard.admin.get(place)
    assert len(lines_of(seen)) == 100
    link = re.search(r'href="([^"]*)">Show the remaining 80 lines', seen.html)
    assert link
    assert len(lines_of(heard.admin.get(unescape(link[1])))) == 180
    later = heard.admin.get(f"{place}?first=170")
    assert len(lines_of(later)) == 10
    assert "Show the 170 lines before" in later.text


def test_one_that_runs_shows_its_newestlines_of(heard: Heard) -> None:
    spoken = Spoken()
    turns = [
        spoken.span("user_turn", number, lk__pii__user_transcript=f"Line {number}.")
        for number in range(120)
    ]
    send(heard.dashboard, TRACES, spoken.traces(*turns))
    seen = heard.admin.get(f"/conversations/{spoken.job}")
    lines = lines_of(seen)
    assert len(lines) == 100
    assert "Line 119." in lines[-1][1]
    assert "comes from the agent's trace" in seen.text
    link = re.search(r'href="([^"]*)">Show the\s+20 lines before', seen.html)
    assert link
    assert len(lines_of(heard.admin.get(unescape(link[1])))) == 120


def test_hostile_texts(heard: Heard) -> None:
    spoken = Spoken(agent=talks.HOSTILE[:150], room=talks.HOSTILE)
    hostile = talks.HOSTILE
    deep = "[" * 1000 + "]" * 1000
    items = [
        spoken.message("a", "user", hostile * 3, 1),
        *talks.call(spoken, "b", hostile, f'{{"a": {deep}}}', hostile, 2),
        *talks.call(spoken, "c", "json", json.dumps({"k" * 90: {"y": hostile}}), "x" * 9000, 3),
        {
            "id": "d",
            "type": "agent_config_update",
            "instructions": hostile,
            "tools_added": [hostile, 7, None],
            "tools_removed": "x",
            "created_at": spoken.began + 4,
        },
        {"id": "e", "type": "hologram", "created_at": spoken.began + 5},
        spoken.message("f", "wizard", "Abracadabra", 6),
    ]
    report = {"tags": [hostile], "options": {"x": hostile}, "close_reason": "CR_ODD"}
    sent = record(heard.dashboard, spoken, items, header=spoken.header(30, **report))
    assert sent.status_code == 200
    for tab in ("transcript", "events", "instructions"):
        seen = heard.admin.get(f"/conversations/{spoken.job}?tab={tab}")
        assert seen.status == 200
        assert "<script>alert" not in seen.html
        assert "\u202e" not in seen.html
        assert "\x07" not in seen.html
    seen = heard.admin.get(f"/conversations/{spoken.job}")
    for text in ("[U+202E]", "unknown (hologram)", "unknown (wizard)", "5,000 more characters"):
        assert text in seen.text
    assert deep in seen.html, "deep JSON is shown as it came"
