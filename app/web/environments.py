"""Jinja environments, one for each base path, with the filters and globals of all templates."""

from functools import lru_cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app import __version__
from app.labels.audit import action_label
from app.labels.table import choices, label_of, labels, states
from app.labels.terms import GUIDES, TERMS
from app.manual.pages import DOCUMENTS
from app.navigation.shortcuts import GO_KEYS, SHORTCUTS
from app.services.livekit.versions import CHECKED_AGAINST
from app.services.sip.values import address_problem, is_ignored
from app.text import formatters, json_text, names, paths, phones
from app.web.assets import Assets
from app.web.base_path import below
from app.web.timezone import in_zone

ROWS_KEPT = 400
BASES_KEPT = 8
TEMPLATES = Path(__file__).parents[1] / "templates"


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
        size=formatters.size,
        bitrate=formatters.bitrate,
        masked=formatters.masked,
        duration=formatters.duration,
        seconds=formatters.seconds,
        milliseconds=formatters.milliseconds,
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
        audit_path=paths.audit_path,
        room_path=paths.room_path,
        participant_path=paths.participant_path,
        egress_path=paths.egress_path,
        ingress_path=paths.ingress_path,
        sip_path=paths.sip_path,
        call_path=paths.call_path,
        dispatch_path=paths.dispatch_path,
    )
    # A block rendered alone skips the imports at the top of its template, so they are globals.
    for name in ("ui", "fields", "table", "bulk", "media", "client"):
        environment.globals[name] = environment.get_template(f"ui/{name}.html.j2").module
    # Most refreshes show the same rows, whose rendering took a third of a page's time.
    for name, template in (("room_row", "rooms/row"), ("person_row", "rooms/people/row")):
        row = vars(environment.get_template(f"{template}.html.j2").module)["row"]
        environment.globals[name] = lru_cache(ROWS_KEPT)(row)
    return environment
