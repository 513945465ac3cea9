"""/sip/rules: the list of dispatch rules, its export, and a new one."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import sip as lk_sip
from app.errors import Invalid
from app.inputs.sip.rules import RuleForm, filled
from app.navigation.figures import Figure
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.lists import Ask
from app.services.sip.rules import control as rules_control
from app.services.sip.rules import listing as rules_listing
from app.services.sip.rules import rules
from app.services.sip.rules.listing import Row, Wanted
from app.text.paths import RULES, sip_path
from app.web.confirmation import confirm_change
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep, PolledLiveKitDep
from app.web.exports import Ending, as_file
from app.web.forms import FormPage, Loaded
from app.web.listing import AskDep, asked, filters
from app.web.pages import done, page

router = APIRouter(prefix="/sip/rules")


ListDep = Annotated[Ask, asked("rules")]
WantedDep = Annotated[Wanted, filters(Wanted)]


async def offered(ctx: RequestContext) -> dict[str, Any]:
    """Return what every form of a rule offers: the inbound trunks, and their names by their IDs."""
    trunks = sorted(
        await rules.trunks(ctx.livekit), key=lambda trunk: (trunk.label.casefold(), trunk.id)
    )
    return {"trunks": trunks, "names": {trunk.id: trunk.label for trunk in trunks}}


def in_view(form: RuleForm, error: Invalid) -> None:
    """Show an error where it can be corrected: the JSON view has one field for everything."""
    if form.view == "json" and error.fields:
        error.fields = {"definition": " ".join(error.fields.values())}


async def _new(ctx: RequestContext) -> Loaded:
    """Begin with a rule for the trunk that the address names, in the view that it asks for."""
    trunk = ctx.query.get("trunk", "")
    begun = RuleForm(trunks=[trunk] if trunk else [])
    view = ctx.query.get("view") == "json"
    form = begun if ctx.request.method == "GET" else await CREATE.read_valid(ctx.request)
    command = form and lk_sip.create_rule(rule=rules_control.described(form.rule))
    context = await offered(ctx) | {"command": command}
    return context, filled(begun.rule, "json" if view else "form", had_pin=False)


CREATE = FormPage("sip/rules/new.html.j2", RuleForm, _new)


@router.get("", dependencies=[sees(Permission.SIP_READ)])
async def rules_index(
    request: Request, livekit: PolledLiveKitDep, ask: ListDep, wanted: WantedDep
) -> Response:
    """Show the matching rules, a page of them."""
    table = await rules_listing.table(livekit, ask, wanted)
    command = lk_sip.list_rules()
    context: dict[str, Any] = {"rules": table.at(RULES), "wanted": wanted, "command": command}
    critical = None if ask.q or wanted.kind else table.counts.get("bad", 0)
    figures = {RULES: Figure(table.total, critical)}
    return await page(request, "sip/rules/index.html.j2", figures=figures, **context)


@router.get("/-/export.{ending}", dependencies=[sees(Permission.SIP_READ)])
async def export_rules(
    livekit: LiveKitDep, ask: AskDep, wanted: WantedDep, ending: Ending
) -> Response:
    """Return all matching rules as a file, without secrets."""
    rows = await rules_listing.rows(livekit, ask, wanted)
    return as_file("rules", ending, rows, Row)


@router.get("/-/new", dependencies=[sees(Permission.SIP_WRITE)])
async def new_rule_form(request: Request) -> Response:
    """Show the form for a new rule."""
    return await CREATE.show(request)


@router.post("/-/new", dependencies=[does("sip.rule.create", Permission.SIP_WRITE, CREATE)])
async def create_rule(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Create the rule and go to it; ask first if it has a critical warning."""
    form = await CREATE.read(request)
    if form.to:
        audit.note(view=form.to)
        return await CREATE.turned(request, form.other_view)
    audit.note(name=form.name)
    try:
        plan = await rules_control.plan_new(livekit, form.rule)
        if plan.grave:
            asked = await confirm_change(request, CREATE, plan.change, warnings=plan.warnings)
            if asked is not None:
                audit.note(asked=[warning.fault for warning in plan.warnings])
                return asked
        made = await rules_control.create(livekit, plan.change)
    except Invalid as error:
        in_view(form, error)
        raise
    audit.note(rule=made.id)
    return done(request, sip_path("rules", made.id), f"Dispatch rule {made.label} was created.")
