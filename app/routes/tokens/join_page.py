"""/try: join a room in the browser with a token, which arrives by POST, never in a URL."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.config.settings import Settings
from app.inputs.live import TryToken
from app.security.guards import does, sees
from app.security.headers import reaching_livekit
from app.security.roles import Permission
from app.web.deps import SettingsDep
from app.web.forms import read
from app.web.pages import page

router = APIRouter()


@router.get("/try", dependencies=[sees(Permission.TOKENS_CREATE)])
async def try_page(request: Request, settings: SettingsDep) -> Response:
    """Show the page with an empty field for a token."""
    return await _page(request, settings, "")


@router.post("/try", dependencies=[does("token.try", Permission.TOKENS_CREATE)])
async def try_token(request: Request, settings: SettingsDep) -> Response:
    """Show the page with a token that was just created."""
    form = await read(request, TryToken)
    return await _page(request, settings, form.token)


async def _page(request: Request, settings: Settings, token: str) -> Response:
    answer = await page(
        request,
        "tokens/try.html.j2",
        live=False,
        token_text=token,
        livekit_url=settings.browser_url,
    )
    answer.headers.update(reaching_livekit(settings, devices=True))
    return answer
