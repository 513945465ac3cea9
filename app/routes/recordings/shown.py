"""What of a recording somebody may see: names of files often contain an identity.

Names of rooms may contain the number of a caller.
"""

import re
from dataclasses import replace

from app.security.roles import Permission, User
from app.services.history.masking import Masking
from app.services.recordings.recordings import Recording

UNUSUAL = re.compile(r"[^A-Za-z0-9_.-]+", re.ASCII)
ENDING = re.compile(r"[a-z0-9]{1,8}", re.ASCII)
LONGEST = 100


def is_personal(user: User) -> bool:
    """Return whether somebody may see the names of files."""
    return user.can(Permission.PERSONAL_READ)


def masked(masks: Masking, recording: Recording) -> Recording:
    """Return a recording as somebody may see it, by the masks of the page."""
    if not masks.on:
        return recording
    return replace(masks.in_room(recording), filename="", location="")


def download_name(user: User, recording: Recording) -> str:
    """Return what a file is called as a download: harmless characters only."""
    stem, dot, ending = recording.name.rpartition(".")
    called = stem if dot else recording.name
    plain = UNUSUAL.sub("-", called if is_personal(user) else recording.id).strip("-.")[:LONGEST]
    is_known = dot and ENDING.fullmatch(ending.lower())
    return f"{plain or 'recording'}.{ending.lower() if is_known else 'bin'}"
