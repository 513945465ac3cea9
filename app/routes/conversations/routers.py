"""The routers of conversations, in the order in which paths are matched."""

from collections.abc import Sequence

from fastapi import APIRouter

from app.routes.conversations import (
    compare,
    conversation,
    delete,
    export,
    list,
    recording,
    set_up,
    spans,
)


def conversation_routers() -> Sequence[APIRouter]:
    """Return the routers of every page of conversations; a job's page comes after fixed names."""
    return [
        list.router,
        set_up.router,
        compare.router,
        conversation.router,
        delete.router,
        export.router,
        recording.router,
        spans.router,
    ]
