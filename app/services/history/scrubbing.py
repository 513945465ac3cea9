"""Takes an identity out of LiveKit's JSON, and what says who it was."""

import json
import re
from typing import Any
from urllib.parse import quote, unquote

PERSONAL = ("name", "metadata")  # of the participant with the identity
# A call stays a call, without the number of the remote party.
IMPERSONAL = (
    "sip.callID",
    "sip.callStatus",
    "sip.trunkID",
    "sip.trunkPhoneNumber",
    "sip.ruleID",
)
OF_AN_INGRESS = ("participantName", "participantMetadata")
# What names other things than people, even if the texts are the same.
OTHERS = frozenset({"event", "id", "sid", "egressId", "ingressId", "roomId", "roomName", "status"})

FILES = frozenset(
    {
        "filename",
        "filenamePrefix",
        "filepath",
        "livePlaylistLocation",
        "livePlaylistName",
        "location",
        "manifestLocation",
        "playlistLocation",
        "playlistName",
    }
)
# Before a word in the name of a file: no letter or digit, unless these are of an escaped character.
BORDER = r"(?:(?<![^\W_])|(?<=%[2-7][0-9A-Fa-f]))"


def impersonal(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that say nothing of a person."""
    return {name: value for name, value in attributes.items() if name in IMPERSONAL}


def in_files(identity: str) -> set[str]:
    """Return the identity as names and locations of files may spell it."""
    return {identity, *(quote(identity, safe=safe) for safe in ("", "/", "/$&+,:;=@"))}


class Scrubber:
    """Puts a pseudonym in the place of one identity."""

    def __init__(self, identity: str, pseudonym: str) -> None:
        self.identity, self.pseudonym = identity, pseudonym
        # in file names and addresses, but not within a longer word
        self._within = re.compile(rf"(?<!\w){re.escape(identity)}(?!\w)")
        spelt = "|".join(re.escape(each) for each in sorted(in_files(identity)))
        self._in_file = re.compile(rf"{BORDER}(?:{spelt})(?![^\W_])")

    def text(self, text: str) -> str:
        """Return a text with the pseudonym wherever the identity is a word of its own."""
        return self._within.sub(self.pseudonym, text)

    def file(self, name: str) -> str:
        """Return the name or location of a file without the identity; none if it stays.

        Names join words by underscores, and locations spell characters as a URL does.
        """
        scrubbed = self._in_file.sub(self.pseudonym, name)
        return "" if self._in_file.search(unquote(scrubbed)) else scrubbed

    def body(self, body: str) -> str:
        """Return a webhook's body, or LiveKit's JSON of a job, without the identity."""
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            return self.text(body)
        if not isinstance(content, dict):
            return self.text(body)
        own = content.get("participant")
        if isinstance(own, dict) and own.get("identity") == self.identity:
            self._forget(content.get("track"), ("name",))
        scrubbed = self._value(content)
        return body if scrubbed == content else json.dumps(scrubbed, ensure_ascii=False)

    def _value(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            if value.get("identity") == self.identity:
                value = {key: inner for key, inner in value.items() if key not in PERSONAL}
                if isinstance(value.get("attributes"), dict):
                    value |= {"attributes": impersonal(value["attributes"])}
            if value.get("participantIdentity") == self.identity:
                value = {key: inner for key, inner in value.items() if key not in OF_AN_INGRESS}
            kept = {"name"} if name == "room" else set()
            return {
                key: inner if key in OTHERS or key in kept else self._value(inner, key)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self._value(inner, name) for inner in value]
        if isinstance(value, str):
            return self.file(value) if name in FILES else self.text(value)
        return value

    def _forget(self, part: Any, names: tuple[str, ...]) -> None:
        if isinstance(part, dict):
            for name in names:
                part.pop(name, None)
