"""Where the files of conversations are in the storage."""

import hashlib
import re
import secrets

from app.services.audit.writing import storable
from app.services.conversations.states import Batch
from app.store.schema.conversations import LONGEST_ID

FOLDER = "conversations"
PLAIN = re.compile(r"(?!sha256-)[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def job_id(found: str) -> str:
    """Return the ID of a job as the store has it: what its rows and its folder are named by."""
    return storable(found)[:LONGEST_ID]


def is_plain(name: str) -> bool:
    """Return whether a folder has the name of its job or server as it is."""
    return PLAIN.fullmatch(name) is not None


def _place(server: str) -> str:
    if is_plain(server):
        return f"{FOLDER}/{server}"
    return f"{FOLDER}/{hashlib.sha256(server.encode()).hexdigest()[:40]}"


def shards(server: str) -> list[str]:
    """Return the folders that have those of a server's conversations, each about as many."""
    return [f"{_place(server)}/{number:02x}" for number in range(256)]


def folder(server: str, job: str) -> str:
    """Return the folder that has all files of a conversation, and nothing else."""
    digest = hashlib.sha256(f"{server}\0{job}".encode("utf-8", "replace")).hexdigest()
    name = job if is_plain(job) else f"sha256-{digest[:40]}"
    return f"{_place(server)}/{digest[:2]}/{name}"


def batch_path(server: str, job: str, kind: Batch, digest: str) -> str:
    """Return the path of a raw batch: the same for the same content."""
    ending = "json.gz" if kind is Batch.CHAT else "pb.gz"
    return f"{folder(server, job)}/{kind}-{digest}.{ending}"


def recording_path(server: str, job: str) -> str:
    """Return a new path for a recording, so that none is replaced while somebody listens."""
    return f"{folder(server, job)}/recording-{secrets.token_hex(8)}.ogg"
