"""Where the files of conversations are in the storage."""

import hashlib
import re
import secrets

from app.services.conversations.states import Batch

FOLDER = "conversations"
PLAIN = re.compile(r"(?!sha256-)[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def folder(server: str, job: str) -> str:
    """Return the folder that has all files of a conversation, and nothing else."""
    digest = hashlib.sha256(f"{server}\0{job}".encode("utf-8", "replace")).hexdigest()
    name = job if PLAIN.fullmatch(job) else f"sha256-{digest[:40]}"
    place = server if PLAIN.fullmatch(server) else hashlib.sha256(server.encode()).hexdigest()[:40]
    return f"{FOLDER}/{place}/{digest[:2]}/{name}"


def batch_path(server: str, job: str, kind: Batch, digest: str) -> str:
    """Return the path of a raw batch: the same for the same content."""
    ending = "json.gz" if kind is Batch.CHAT else "pb.gz"
    return f"{folder(server, job)}/{kind}-{digest}.{ending}"


def recording_path(server: str, job: str) -> str:
    """Return a new path for a recording, so that none is replaced while somebody listens."""
    return f"{folder(server, job)}/recording-{secrets.token_hex(8)}.ogg"
