"""Ingresses as LiveKit itself has them, asked without the dashboard."""

from typing import Any

from livekit import api

from tests.routes.asked import Ask
from tests.routes.filled import filled
from tests.support.visitor import Visitor

NEW = "/ingress/-/new"


def listed(livekit: Ask, part: str = "") -> list[Any]:
    """Return the ingresses with `part` in their name."""
    found = livekit("ingress.list_ingress", api.ListIngressRequest()).items
    return [info for info in found if part in info.name]


def kept(livekit: Ask, ingress_id: str) -> Any:
    """Return the ingress, or None where LiveKit has none of this id."""
    try:
        request = api.ListIngressRequest(ingress_id=ingress_id)
        return livekit("ingress.list_ingress", request).items[0]
    except api.TwirpError as error:
        if error.code != "not_found":
            raise
        return None


def state(livekit: Ask, ingress_id: str) -> str:
    """Return the state by its name, such as ENDPOINT_PUBLISHING."""
    return str(api.IngressState.Status.Name(kept(livekit, ingress_id).state.status))


def form(visitor: Visitor, name: str, **typed: str) -> dict[str, Any]:
    """Return the form as a browser sends it, with a room, an identity and what is typed."""
    fields = filled(visitor.get(NEW)) | {"name": name, "room": f"in {name}", "identity": "who"}
    fields |= typed
    return {field: value for field, value in fields.items() if value is not None}
