"""What the forms that change factors have in common: the proof that comes before each."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.security.accounts import proof
from app.services.accounts.accounts import Account
from app.services.accounts.factors import factors, recovery
from app.text.paths import SECOND_FACTOR, confirm_path
from app.web.base_path import link
from app.web.forms import FormPage
from app.web.pages import done, page


async def show(request: Request, form: FormPage[Any]) -> Response:
    """Show a form, or lead to the page that asks for the proof first."""
    if proof.is_there(request):
        return await form.show(request)
    return RedirectResponse(link(request, confirm_path(request.url.path)), 303)


async def added(request: Request, account: Account, text: str) -> Response:
    """Answer the addition of a factor: with new recovery codes, if there are none, or a note."""
    store = request.app.state.store
    if (await factors.of(store, account.id)).codes:
        return done(request, SECOND_FACTOR, text)
    codes = await recovery.renew(store, account.id, request.state.user.session)
    return await codes_page(request, codes, text)


async def codes_page(request: Request, codes: Sequence[str], text: str) -> Response:
    """Show recovery codes; nobody can show them again."""
    template = "accounts/factors/codes.html.j2"
    file = f"data:text/plain;charset=utf-8,{'%0A'.join(codes)}%0A"  # to download without a script
    return await page(request, template, live=False, codes=codes, file=file, text=text)
