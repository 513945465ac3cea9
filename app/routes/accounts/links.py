"""/invitation and /reset: somebody with a one-time link chooses a password, and is signed in."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.inputs.accounts.links import ChoosePassword
from app.security.accounts import second_step
from app.security.accounts.guards import enters
from app.security.body import posted
from app.security.guards import public
from app.services.accounts import accounts, links, passwords
from app.services.accounts.passwords import Passwords
from app.services.accounts.states import LinkKind, SignIn
from app.text.paths import INVITATION, RESET, SIGN_IN_CODE
from app.web.context import RequestContext
from app.web.deps import AuditDep, StoreDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done

router = APIRouter()


def _loads(kind: LinkKind) -> Callable[[RequestContext], Awaitable[Loaded]]:
    async def load(ctx: RequestContext) -> Loaded:
        """Load whose link it is. Raises LinkGone."""
        ctx.request.state.signed_out = True  # the link says who this is, not the session
        key = ctx.query.get("key", "")
        if ctx.request.method == "POST":
            key = str((await posted(ctx.request)).get("key", ""))
        found = await links.check(ctx.store, kind, key)
        context = {
            "found": found,
            "kind": kind,
            "shortest": passwords.SHORTEST,
            "organization": ctx.settings.dashboard_name,
        }
        return context, {"key": key}

    return load


ACCEPT = FormPage("accounts/link.html.j2", ChoosePassword, _loads(LinkKind.INVITATION))
RENEW = FormPage("accounts/link.html.j2", ChoosePassword, _loads(LinkKind.RESET))


@router.get(INVITATION, dependencies=[public()])
async def invitation_page(request: Request) -> Response:
    """Ask for a first password; the link is as good afterwards as before."""
    return await ACCEPT.show(request)


@router.post(INVITATION, dependencies=[enters("user.accept", ACCEPT)])
async def accept(request: Request, store: StoreDep, entry: AuditDep) -> Response:
    """Set the first password, and sign in."""
    return await _use(request, store, entry, LinkKind.INVITATION, ACCEPT)


@router.get(RESET, dependencies=[public()])
async def reset_page(request: Request) -> Response:
    """Ask for a new password."""
    return await RENEW.show(request)


@router.post(RESET, dependencies=[enters("user.reset", RENEW)])
async def reset(request: Request, store: StoreDep, entry: AuditDep) -> Response:
    """Set the new password, end all sessions, and sign in."""
    return await _use(request, store, entry, LinkKind.RESET, RENEW)


async def _use(
    request: Request,
    store: StoreDep,
    entry: AuditDep,
    kind: LinkKind,
    form_page: FormPage[ChoosePassword],
) -> Response:
    """Check the link and the password before the link is used up. Raises LinkGone and Invalid."""
    form = await form_page.read(request)
    key, password = form.key.get_secret_value(), form.password.get_secret_value()
    found = await links.check(store, kind, key)
    entry.note(account=str(found.user_id), person=found.name)
    if problem := passwords.problem(password, found.name):
        raise Invalid(fields={"password": problem})
    hashing: Passwords = request.app.state.passwords
    number = await links.use(store, kind, key, await hashing.hashed(password))
    account = await accounts.by_id(store, number)
    entry.note(method=SignIn.LINK)
    user = await second_step.begin_or_ask(request, account, SignIn.LINK)
    if user is None:  # a link replaces a password, not the second factor
        entry.user, entry.role = account.name, account.role
        return done(request, SIGN_IN_CODE)
    entry.by(user)
    return done(request, "/", f"Welcome, {account.name}. Your password is set.")
