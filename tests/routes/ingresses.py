"""Ingresses as LiveKit itself has them, asked without the dashboard."""

import asyncio
from typing import Any

from livekit import api

from dev.stack import Stack
from tests.routes.asked import Ask
from tests.routes.filled import filled
from tests.support.visitor import Seen, Visitor

NEW = "/ingress/-/new"


def asker(stack: Stack) -> Ask:
    """Give what the fixture `livekit` gives, for fixtures that outlive a test."""

    async def answer(call: str, request: Any) -> Any:
        async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as sdk:
            service, method = call.split(".")
            return await getattr(getattr(sdk, service), method)(request)

    return lambda call, request: asyncio.run(answer(call, request))


def listed(livekit: Ask, part: str = "") -> list[Any]:
    """Give the ingresses with `part` in their name."""
    found = livekit("ingress.list_ingress", api.ListIngressRequest()).items
    return [info for info in found if part in info.name]


def kept(livekit: Ask, ingress_id: str) -> Any:
    """Give the ingress, or None where LiveKit has none of this id."""
    try:
        request = api.ListIngressRequest(ingress_id=ingress_id)
        return livekit("ingress.list_ingress", request).items[0]
    except api.TwirpError as error:
        if error.code != "not_found":
            raise
        return None


def state(livekit: Ask, ingress_id: str) -> str:
    """Give the state by its name, such as ENDPOINT_PUBLISHING."""
    return str(api.IngressState.Status.Name(kept(livekit, ingress_id).state.status))


def form(visitor: Visitor, name: str, **typed: str) -> dict[str, Any]:
    """Give the form as a browser sends it, with a room, an identity and what is typed."""
    fields = filled(visitor.get(NEW)) | {"name": name, "room": f"in {name}", "identity": "who"}
    fields |= typed
    return {field: value for field, value in fields.items() if value is not None}


def marked(page: Seen) -> list[str]:
    """Give the fields that the page says are wrong."""
    tags = page.all("input") + page.all("textarea") + page.all("select")
    return [tag["name"] for tag in tags if tag.get("aria-invalid")]
