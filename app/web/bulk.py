"""Many at once: named and counted first, and done once exactly those are confirmed."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from app.inputs.fields import Many
from app.web.forms import Form, token
from app.web.pages import page

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Asking(Generic[Item]):
    """What is asked: whether to do it to those `chosen`, all of which `seen` stands for.

    `changed` says that others were confirmed before.
    """

    sent: Many
    chosen: Sequence[Item]
    seen: str
    changed: bool

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the confirmation sends again: what was ticked, or the filter."""
        ticks = self.sent.scope == "selected"
        return [
            (name, str(text))
            for name, value in self.sent.model_dump(exclude={"seen"}).items()
            for text in ((value if ticks else []) if isinstance(value, list) else [value])
        ]


async def confirmed(
    request: Request,
    template: str,
    sent: Many,
    chosen: Sequence[Item],
    key: Callable[[Item], str],
    **more: Any,
) -> Response | None:
    """Give the page that asks, or None where exactly these were named and confirmed.

    Two with one `key` are one and the same; what else is to be confirmed stands in it too.
    """
    text = "\n".join(sorted(key(each) for each in chosen))
    seen = hashlib.sha256(text.encode()).hexdigest()[:32]
    if sent.seen == seen:
        return None
    asking = Asking(sent, chosen, seen, changed=bool(sent.seen))
    status = 409 if asking.changed else 200
    form = Form(request.url.path, token(request), {})
    return await page(
        request, template, status=status, live=False, form=form, asking=asking, **more
    )
