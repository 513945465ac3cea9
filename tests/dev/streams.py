"""What tests of ingresses take as arguments."""

from typing import Any, Protocol

from livekit import api


class Make(Protocol):
    """Creates an ingress into the test's room."""

    def __call__(self, kind: str = "RTMP", **fields: Any) -> api.IngressInfo:
        """Return the new ingress."""


class State(Protocol):
    """Looks an ingress up."""

    def __call__(self, ingress_id: str) -> api.IngressState:
        """Return its state in LiveKit."""


class Becomes(Protocol):
    """Waits until an ingress has a status."""

    def __call__(self, ingress_id: str, status: str) -> api.IngressState:
        """Return its state in LiveKit."""
