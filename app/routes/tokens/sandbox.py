"""/sandbox: create tokens and decode them; neither is stored."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands import snippets
from app.commands.lk import tokens as lk_tokens
from app.commands.meet import meet_link, qr_code
from app.inputs.tokens import PRESETS, DecodeToken, MakeToken
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.rooms.new_room import RoomOptions
from app.services.tokens import joins, opening, powers
from app.services.tokens import reading as tokens_reading
from app.services.tokens import signing as tokens_signing
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep, SettingsDep
from app.web.forms import FormPage, Loaded

router = APIRouter()

PREFILLED = ("room", "identity", "name")  # fields that a link to the form can fill in
ROOM_FIELDS = (
    "empty_timeout",
    "departure_timeout",
    "max_participants",
    "min_playout_delay",
    "max_playout_delay",
    "sync_streams",
    "egress",
)


async def _presets(ctx: RequestContext) -> Loaded:
    """Load the presets, and the values that a preset or link fills in."""
    prefilled = {name: ctx.query[name] for name in PREFILLED if name in ctx.query}
    preset = PRESETS.get(chosen := ctx.query.get("preset", ""))
    links = [
        (name, preset, f"/sandbox?{urlencode({'preset': name, **prefilled})}")
        for name, preset in PRESETS.items()
    ]
    return {"presets": links, "chosen": chosen}, prefilled | (preset.values if preset else {})


MAKE = FormPage("tokens/make.html.j2", MakeToken, _presets)
DECODE = FormPage("tokens/decode.html.j2", DecodeToken)


@router.get("/sandbox", dependencies=[sees(Permission.TOKENS_CREATE)])
async def make_token_form(request: Request) -> Response:
    """Show the form for a new token, filled in by a preset or link."""
    return await MAKE.show(request)


@router.post("/sandbox", dependencies=[does("token.create", Permission.TOKENS_CREATE, MAKE)])
async def make_token(request: Request, settings: SettingsDep, audit: AuditDep) -> Response:
    """Sign a token and show it once; it never goes into a log, URL or cookie."""
    form = await MAKE.read(request)
    audit.note(
        identity=form.identity,
        room=form.room,
        seconds=form.lifetime.total_seconds(),
        granted=sorted(form.granted),
    )
    signed = tokens_signing.sign(settings, _new_token(form))
    seconds = int(signed.ttl.total_seconds())
    link = meet_link(settings.browser_url, signed.text) if form.room_join else ""
    return await MAKE.asks(
        request,
        signed=signed,
        terms=powers.terms(signed.claims),
        powers=powers.powers(signed.claims),
        opening=opening.effects(signed.claims),
        url=settings.browser_url,
        link=link,
        code=qr_code(link) if link else None,
        command=lk_tokens.create_token(claims=signed.claims, seconds=seconds),
        python=snippets.python(signed.claims, seconds),
        javascript=snippets.javascript(signed.claims, seconds),
    )


@router.get("/sandbox/decode", dependencies=[sees(Permission.SERVER_READ)])
async def decode_token_form(request: Request) -> Response:
    """Show the form that decodes a token."""
    return await DECODE.show(request)


@router.post("/sandbox/decode", dependencies=[does("token.decode", Permission.SERVER_READ, DECODE)])
async def decode_token(
    request: Request, livekit: LiveKitDep, settings: SettingsDep, audit: AuditDep
) -> Response:
    """Show what a token contains and allows, and whether joining with it would work."""
    form = await DECODE.read(request)
    reading = tokens_reading.read_pasted(settings, form.token)
    joining = None
    if reading.written:
        joining = await joins.ask(livekit, settings, reading, send=form.send)
    audit.note(verdict=reading.verdict)
    return await DECODE.asks(
        request,
        reading=reading,
        joining=joining,
        terms=powers.terms(reading.claims),
        powers=powers.powers(reading.claims),
        opening=opening.effects(reading.claims),
    )


def _new_token(form: MakeToken) -> tokens_signing.NewToken:
    options = RoomOptions(
        metadata=form.room_metadata,
        agents=form.agents_to_dispatch,
        tags=form.tag_texts,
        **{name: getattr(form, name) for name in ROOM_FIELDS},
    )
    return tokens_signing.NewToken(
        ttl=form.lifetime,
        grants=form.granted,
        room=form.room,
        identity=form.identity,
        name=form.name,
        kind=form.kind,
        metadata=form.metadata,
        attributes=form.attribute_texts,
        sources=tuple(form.can_publish_sources),
        sha256=form.sha256,
        room_preset=form.room_preset,
        room_options=options,
    )
