"""The page of a part that isn't set up: exactly what is missing, and the check again."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from app.commands.setup import FEATURES, Feature, Step, server_step, worker_steps
from app.navigation import figures
from app.services.livekit.errors import NeedsRedis
from app.web.context import RequestContext
from app.web.pages import page

NO_REDIS = "LiveKit has no Redis"


async def set_up_page(request: Request, error: Exception) -> Response | None:
    """Return the set-up page for a page of a part that LiveKit has no Redis for.

    None for any other page or error. The page refreshes, so it ends once the part is set up.
    """
    feature = FEATURES.get(request.url.path)
    if request.method != "GET" or feature is None or not isinstance(error, NeedsRedis):
        return None
    steps = (server_step(feature), *worker_steps(feature, RequestContext(request).settings))
    return await not_set_up(
        request,
        feature,
        NO_REDIS,
        steps,
        figures=figures.not_set_up(feature.paths, NO_REDIS),
    )


async def not_set_up(
    request: Request,
    feature: Feature,
    reason: str,
    steps: Sequence[Step],
    *,
    checked: str = "",
    figures: figures.Figures | None = None,
) -> Response:
    """Respond with the steps that set the part up; `checked` is what is known of the rest."""
    return await page(
        request,
        "not_set_up.html.j2",
        figures=figures,
        feature=feature,
        reason=reason,
        steps=steps,
        checked=checked,
    )
