"""The routers of the API's operations on conversations."""

from fastapi import APIRouter

from app.routes.api.conversations import conversations, deleting, recordings, spans


def conversation_operations() -> list[APIRouter]:
    """Return the routers of all operations on conversations."""
    return [conversations.router, recordings.router, spans.router, deleting.router]
