"""/account/second-factor/passkeys: one's passkeys."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.inputs.accounts.factors import AddPasskey, Agreed, RenamePasskey
from app.routes.accounts.factors import forms
from app.security.accounts import challenges, proof
from app.security.accounts.challenges import Purpose
from app.security.accounts.guards import does_own, sees_own
from app.security.accounts.own import own_account
from app.services.accounts.factors import ceremonies, passkeys
from app.text.paths import SECOND_FACTOR
from app.web.context import RequestContext
from app.web.deps import AuditDep, StoreDep, UserDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done

PASSKEYS = f"{SECOND_FACTOR}/passkeys"
NEW = f"{PASSKEYS}/-/new"
ONE = f"{PASSKEYS}/{{number}}"

router = APIRouter()
Number = Annotated[int, Path(ge=1, le=2**62)]


async def _load_new(ctx: RequestContext) -> Loaded:
    """Load for which site the passkey is."""
    await own_account(ctx.request)
    return {"site": challenges.site_of(ctx.request)}, {}


async def _load_one(ctx: RequestContext) -> Loaded:
    """Load one of the account's passkeys."""
    account = await own_account(ctx.request)
    number = int(ctx.request.path_params["number"])
    passkey = await passkeys.one(ctx.store, account.id, number)
    return {"passkey": passkey, "account": account}, {"name": passkey.name}


ADD = FormPage("accounts/factors/passkey_new.html.j2", AddPasskey, _load_new)
RENAME = FormPage("accounts/factors/passkey_rename.html.j2", RenamePasskey, _load_one)
REMOVE: FormPage[Any] = FormPage("accounts/factors/passkey_remove.html.j2", Agreed, _load_one)


@router.get(NEW, dependencies=[sees_own(enrolling=True)])
async def new_page(request: Request) -> Response:
    """Ask for the name of a new passkey."""
    return await forms.show(request, ADD)


@router.get(f"{PASSKEYS}/-/challenge", dependencies=[sees_own(enrolling=True)])
async def challenge(request: Request, store: StoreDep) -> Response:
    """Return what the browser makes the passkey from, as JSON."""
    proof.check(request)
    account = await own_account(request)
    held = [passkey.credential for passkey in await passkeys.of_user(store, account.id)]
    site = challenges.site(request)
    asked = challenges.begin(request, Purpose.REGISTER)
    options = ceremonies.registration(site, account.handle, account.name, asked, held)
    return JSONResponse(options)


@router.post(NEW, dependencies=[does_own("factor.passkey.add", ADD, enrolling=True)])
async def add(request: Request, store: StoreDep, user: UserDep, entry: AuditDep) -> Response:
    """Store the passkey that the browser has made."""
    proof.check(request)
    form = await ADD.read(request)
    account = await own_account(request)
    asked = await challenges.take(request, Purpose.REGISTER)
    site = challenges.site(request)
    await passkeys.register(store, site, account, asked, form.credential, form.name, user.session)
    entry.note(name=form.name)
    return await forms.added(request, account, f"Passkey {form.name} added.")


@router.get(f"{ONE}/edit", dependencies=[sees_own(enrolling=True)])
async def rename_page(request: Request, number: Number) -> Response:
    """Show the form."""
    return await RENAME.show(request)


@router.post(
    f"{ONE}/edit", dependencies=[does_own("factor.passkey.rename", RENAME, enrolling=True)]
)
async def rename(request: Request, store: StoreDep, number: Number, entry: AuditDep) -> Response:
    """Rename a passkey: no proof is asked, because nothing is gained by it."""
    form = await RENAME.read(request)
    account = await own_account(request)
    await passkeys.rename(store, account.id, number, form.name)
    entry.note(name=form.name)
    return done(request, SECOND_FACTOR, f"Passkey {form.name} renamed.")


@router.get(f"{ONE}/remove", dependencies=[sees_own(enrolling=True)])
async def remove_page(request: Request, number: Number) -> Response:
    """Ask whether to remove a passkey."""
    return await forms.show(request, REMOVE)


@router.post(
    f"{ONE}/remove", dependencies=[does_own("factor.passkey.remove", REMOVE, enrolling=True)]
)
async def remove(
    request: Request, store: StoreDep, user: UserDep, number: Number, entry: AuditDep
) -> Response:
    """Remove a passkey."""
    proof.check(request)
    account = await own_account(request)
    passkey = await passkeys.one(store, account.id, number)
    entry.note(name=passkey.name)
    await passkeys.remove(store, account.id, number, user.session)
    return done(request, SECOND_FACTOR, f"Passkey {passkey.name} removed.")
