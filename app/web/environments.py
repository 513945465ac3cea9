"""Jinja environments, one for each base path, with the filters and globals of all templates."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import TOKEN_DATA, Token, TokenStream
from jinja2.runtime import Macro
from markupsafe import Markup

from app import __version__
from app.labels.audit import action_label
from app.labels.permissions import PERMISSIONS
from app.labels.table import choices, label_of, labels, states
from app.labels.terms import GUIDES, TERMS
from app.manual.pages import DOCUMENTS
from app.navigation.shortcuts import GO_KEYS, SHORTCUTS
from app.services.livekit.versions import CHECKED_AGAINST
from app.services.rooms.rooms import Room
from app.services.sip.values import address_problem, is_ignored
from app.text import formatters, json_text, names, paths, phones, spans
from app.web.assets import Assets
from app.web.base_path import below
from app.web.timezone import in_zone

ROWS_KEPT = 400
PARTS_KEPT = 64
BASES_KEPT = 8
TEMPLATES = Path(__file__).parents[1] / "templates"


class AsciiData(Extension):
    """Writes what isn't ASCII in the text of templates as character references.

    Python encodes a page of ASCII in no time; a single ellipsis would cost a tenth of a
    millisecond. Texts of expressions, such as names, stay as they are.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Return the tokens of a template."""
        for token in stream:
            if token.type == TOKEN_DATA and not token.value.isascii():
                text = token.value.encode("ascii", "xmlcharrefreplace").decode()
                token = Token(token.lineno, token.type, text)
            yield token


class Environments:
    """The environments in use, one for each base path.

    An environment of its own lets Jinja fold links, icons and static addresses into constants.
    """

    def __init__(self, assets: Assets) -> None:
        self.at = lru_cache(BASES_KEPT)(partial(make_environment, assets))
        self.at("")


def make_environment(assets: Assets, base: str = "") -> Environment:
    """Return the environment for pages below the base path `base`.

    Escaping is always on, and an undefined variable is an error. Formatters are filters, because
    Jinja applies a filter to a constant when it compiles the template.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=(AsciiData,),
        autoescape=True,
        finalize=formatters.visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # saves twelve stat calls per page
    )
    environment.filters.update(
        link=partial(below, base),
        static=assets.below(base).url,
        icon=assets.below(base).icon,
        ago=in_zone(formatters.ago),
        left=in_zone(formatters.left),
        since=in_zone(formatters.since),
        when=in_zone(formatters.when),
        clock=in_zone(formatters.clock),
        written=in_zone(formatters.moment_text),
        size=formatters.size,
        bitrate=formatters.bitrate,
        masked=formatters.masked,
        duration=formatters.duration,
        seconds=formatters.seconds,
        delay=formatters.delay,
        milliseconds=formatters.milliseconds,
        offset=spans.offset,
        precise=spans.precise,
        thousands=formatters.thousands,
        plural=formatters.plural,
        first_upper=formatters.first_upper,
        pretty=json_text.pretty,
        indented=json_text.indented,
        phone=phones.phone,
        exact=formatters.exact,
        ending=names.ending,
        segment=paths.segment,
    )
    environment.globals.update(
        # so that the browser can load imported scripts before it has read the first
        preloads=assets.imports("js/app.js"),
        made_at=formatters.made_at,
        version=__version__,
        terms=TERMS,
        shortcuts=SHORTCUTS,
        go_keys=GO_KEYS,
        guides=GUIDES,
        documents=DOCUMENTS,
        label_of=label_of,
        states=states,
        labels=labels,
        choices=choices,
        phone_problem=phones.phone_problem,
        json_problem=json_text.json_problem,
        checked_against=CHECKED_AGAINST,
        is_ignored=is_ignored,
        address_problem=address_problem,
        action_label=action_label,
        permissions=PERMISSIONS,
        audit_path=paths.audit_path,
        webhook_path=paths.webhook_path,
        user_path=paths.user_path,
        role_path=paths.role_path,
        passkey_path=paths.passkey_path,
        room_path=paths.room_path,
        participant_path=paths.participant_path,
        egress_path=paths.egress_path,
        ingress_path=paths.ingress_path,
        sip_path=paths.sip_path,
        call_path=paths.call_path,
        dispatch_path=paths.dispatch_path,
        session_path=paths.session_path,
        identity_path=paths.identity_path,
        call_record_path=paths.call_record_path,
        recording_path=paths.recording_path,
        conversation_path=paths.conversation_path,
        job_path=paths.job_path,
    )
    # Most pages show the same parts, whose rendering took half of a page's time.
    environment.globals["parts"] = SimpleNamespace(**_cached(environment, "ui/parts"))
    # A block rendered alone skips the imports at the top of its template, so they are globals.
    for name in ("ui", "fields", "table", "bulk", "media", "client", "ceremony", "chart"):
        environment.globals[name] = environment.get_template(f"ui/{name}.html.j2").module
    for template in ("shell/sidebar", "shell/controls"):
        environment.globals |= _cached(environment, template)
    for name in ("scripts", "dialog"):
        part = environment.get_template(f"shell/{name}.html.j2").render()
        environment.globals[name] = Markup(part)  # noqa: S704  escaped by its template
    environment.globals["person_row"] = _row(environment, "rooms/people/row")
    environment.filters["room_rows"] = _rows(_row(environment, "rooms/row"))
    return environment


def _cached(environment: Environment, template: str) -> dict[str, Callable[..., Markup]]:
    """Return the macros of a template by name; each keeps the results of PARTS_KEPT calls.

    Lists that they get become tuples, because a list can't be the key of a cache.
    """

    def hashing(macro: Callable[..., Markup]) -> Callable[..., Markup]:
        def call(*values: Any) -> Markup:
            return macro(*[tuple(value) if type(value) is list else value for value in values])

        return call

    module = vars(environment.get_template(f"{template}.html.j2").module)
    macros = {name: each for name, each in module.items() if isinstance(each, Macro)}
    return {name: hashing(_kept(each, PARTS_KEPT)) for name, each in macros.items()}


def _row(environment: Environment, template: str) -> Callable[..., Markup]:
    """Return the macro of a row, which keeps the results of ROWS_KEPT calls."""
    module = vars(environment.get_template(f"{template}.html.j2").module)
    return _kept(module["row"], ROWS_KEPT)


def _kept(macro: Callable[..., Any], most: int) -> Callable[..., Markup]:
    """Return the macro with a cache.

    It goes by the types too, because a text equals the Markup that needs no escaping.
    """
    kept: Callable[..., Markup] = lru_cache(most, typed=True)(macro)
    return kept


def _rows(row: Callable[..., Markup]) -> Callable[..., Markup]:
    """Return the filter that renders rooms as rows; a loop of the template would escape each."""
    ago = in_zone(formatters.ago)

    def rows(rooms: Iterable[Room], *flags: bool) -> Markup:
        rendered = [row(room.cells, ago(room.created), *flags) for room in rooms]
        return Markup("".join(rendered))  # noqa: S704  escaped by the template of the row

    return rows
