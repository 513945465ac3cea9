"""/sip/rules/{rule}: one dispatch rule: its page, edit, delete."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import sip as lk_sip
from app.errors import Invalid
from app.inputs.sip.rules import DeleteRule, RuleForm, opened
from app.routes.sip.rules import in_view, offered
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.sip.rules import control as rules_control
from app.services.sip.rules import listing as rules_listing
from app.text.paths import RULES, sip_path
from app.web.confirmation import confirm_change
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep, PolledLiveKitDep, RuleId
from app.web.forms import FormPage, Loaded
from app.web.pages import done, page

router = APIRouter(prefix="/sip/rules/{rule}")


async def _to_edit(ctx: RequestContext) -> Loaded:
    """Load the rule with its fields, in the view that the address asks for."""
    rule_id = ctx.name("rule")
    line, context = await asyncio.gather(rules_listing.one(ctx.livekit, rule_id), offered(ctx))
    view = ctx.query.get("view") == "json"
    context |= {"rule": line.rule, "command": None}
    return context, opened(line.rule.plain, "json" if view else "form")


async def _to_delete(ctx: RequestContext) -> Loaded:
    """Load the rule and the trunks whose calls it matches."""
    rule_id = ctx.name("rule")
    line, losses = await rules_listing.with_losses(ctx.livekit, rule_id)
    command = lk_sip.delete_rule(id=line.rule.id)
    return {"line": line, "losses": losses, "command": command}, {}


EDIT = FormPage("sip/rules/edit.html.j2", RuleForm, _to_edit)
DELETE = FormPage("sip/rules/delete.html.j2", DeleteRule, _to_delete)


@router.get("", dependencies=[sees(Permission.SIP_READ)])
async def rule_page(request: Request, livekit: PolledLiveKitDep, id_: RuleId) -> Response:
    """Show the rule and its warnings."""
    line = await rules_listing.one(livekit, id_)
    return await page(request, "sip/rules/rule.html.j2", line=line, rule=line.rule)


@router.get("/edit", dependencies=[sees(Permission.SIP_WRITE)])
async def edit_rule_form(request: Request) -> Response:
    """Show the rule to edit."""
    return await EDIT.show(request)


@router.post("/edit", dependencies=[does("sip.rule.edit", Permission.SIP_WRITE, EDIT)])
async def edit_rule(
    request: Request, livekit: LiveKitDep, id_: RuleId, audit: AuditDep
) -> Response:
    """First show what would change; then, once exactly that is confirmed, replace the rule."""
    form = await EDIT.read(request)
    if form.to:
        audit.note(view=form.to)
        return await EDIT.turned(request, form.other_view)
    path = sip_path("rules", id_)
    try:
        plan = await rules_control.plan(livekit, id_, form.before, form.rule)
        if not plan.change.differences:
            audit.changes(())
            return done(request, path, "Nothing was changed.", "warn")
        command = lk_sip.update_rule(id=id_, differences=plan.change.differences)
        more = {"warnings": plan.warnings, "command": command}
        asked = await confirm_change(request, EDIT, plan.change, **more)
        if asked is not None:
            audit.note(asked=plan.change.names)
            return asked
        audit.changes(plan.change.differences)
        saved = await rules_control.replace(livekit, plan.change)
    except Invalid as error:
        in_view(form, error)
        raise
    return done(request, path, f"Dispatch rule {saved.label} was saved.")


@router.get("/delete", dependencies=[sees(Permission.SIP_WRITE)])
async def delete_rule_form(request: Request) -> Response:
    """Ask before the rule is deleted, and name what it ends."""
    return await DELETE.show(request)


@router.post("/delete", dependencies=[does("sip.rule.delete", Permission.SIP_WRITE, DELETE)])
async def delete_rule(request: Request, livekit: LiveKitDep, id_: RuleId) -> Response:
    """Delete the rule."""
    gone = await rules_control.delete(livekit, id_)
    return done(request, RULES, f"Dispatch rule {gone.label} was deleted.")
