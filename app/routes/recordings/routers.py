"""The routers of recordings, in the order in which paths are matched."""

from collections.abc import Sequence

from fastapi import APIRouter

from app.routes.recordings import actions, index, recording


def recording_routers() -> Sequence[APIRouter]:
    """Return the routers of every page of recordings."""
    return [index.router, recording.router, actions.router]
