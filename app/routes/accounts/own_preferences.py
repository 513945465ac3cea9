"""/account/preferences: what holds in every browser in which one signs in."""

from dataclasses import asdict, replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.accounts.own import Remember, SetPreferences
from app.navigation.sidebar import nav_for
from app.security.accounts.guards import does_own, sees_own
from app.security.accounts.own import own_account
from app.services.accounts.changing import with_browser
from app.services.audit.changes import between
from app.services.preferences import Preferences
from app.text.paths import ACCOUNT
from app.text.places import inside
from app.text.zones import zone_names
from app.web.context import RequestContext
from app.web.deps import AuditDep
from app.web.forms import FormPage, Loaded, read
from app.web.pages import done

PREFERENCES = f"{ACCOUNT}/preferences"

router = APIRouter(prefix=PREFERENCES)


async def _load(ctx: RequestContext) -> Loaded:
    await own_account(ctx.request)
    now = ctx.user.preferences
    nav = nav_for(ctx.user, ctx.settings, PREFERENCES, {})
    context = {
        "zones": [(name, name.replace("_", " ")) for name in zone_names()],
        "starts": [(line.path, line.label) for _, lines in nav for line in lines],
    }
    initial = {
        "theme": now.theme,
        "zone": now.zone,
        "refresh": now.browser.get("refresh-every", ""),
        "size": str(now.size or ""),
        "compact": now.compact,
        "start": now.start,
    }
    return context, initial


FORM = FormPage("accounts/preferences.html.j2", SetPreferences, _load)


@router.get("", dependencies=[sees_own()])
async def preferences_form(request: Request) -> Response:
    """Show what is chosen."""
    return await FORM.show(request)


@router.post("", dependencies=[does_own("account.preferences", FORM)])
async def set_preferences(request: Request, audit: AuditDep) -> Response:
    """Keep the choices; they hold from the next page on."""
    form = await FORM.read(request)

    def change(now: Preferences) -> Preferences:
        chosen = replace(
            now,
            zone=form.zone,
            size=int(form.size or 0),
            compact=form.compact,
            start=inside(form.start) if form.start else "",
        )
        by_scripts = with_browser("theme", form.theme)(chosen)
        return with_browser("refresh-every", form.refresh)(by_scripts)

    await own_account(request)
    ctx = RequestContext(request)
    now = ctx.user.preferences
    audit.changes(between(asdict(now), asdict(change(now))))
    await ctx.prefer(change)
    return done(request, PREFERENCES, "Your preferences have been saved.")


@router.post("/browser", dependencies=[does_own("account.remember", enrolling=True)])
async def remember(request: Request, audit: AuditDep) -> Response:
    """Keep what a script remembers."""
    form = await read(request, Remember)
    audit.note(name=form.name)
    await own_account(request)
    await RequestContext(request).prefer(with_browser(form.name, form.value))
    return Response(status_code=204)
