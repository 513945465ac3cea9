"""What can be begun from anywhere, as plain rows: search finds them beside the pages."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.config.settings import Settings
from app.manual.pages import DOCUMENTS
from app.navigation.search import Group, Hit, best
from app.navigation.sidebar import NAV, lines, offered
from app.security.roles import Permission, User


@dataclass(frozen=True, slots=True)
class Action:
    """One form to begin with; it is found by its label and by other `words` for it too.

    A long form is a `page` of its own, others open in the dialog.
    """

    label: str
    path: str
    permission: Permission
    words: str = ""
    flag: str | None = None
    page: bool = False


ACTIONS = (
    Action("New room", "/rooms/-/new", Permission.ROOMS_WRITE, "create open"),
    Action(
        "Start egress",
        "/egress/-/new",
        Permission.EGRESS_WRITE,
        "new record recording stream",
        page=True,
    ),
    Action("New ingress", "/ingress/-/new", Permission.INGRESS_WRITE, "create rtmp whip url obs"),
    Action("Dial out", "/sip/calls/-/new", Permission.SIP_CALL, "call phone new", "enable_sip"),
    Action(
        "New inbound trunk",
        "/sip/trunks/-/new?kind=inbound",
        Permission.SIP_WRITE,
        "create sip",
        "enable_sip",
    ),
    Action(
        "New outbound trunk",
        "/sip/trunks/-/new?kind=outbound",
        Permission.SIP_WRITE,
        "create sip",
        "enable_sip",
    ),
    Action(
        "New dispatch rule",
        "/sip/rules/-/new",
        Permission.SIP_WRITE,
        "create sip callers",
        "enable_sip",
    ),
    Action("New dispatch", "/agents/-/dispatch", Permission.AGENTS_WRITE, "create agent start"),
    Action("New token", "/sandbox", Permission.TOKENS_CREATE, "create make jwt access join"),
    Action("Decode a token", "/sandbox/decode", Permission.SERVER_READ, "jwt read check verify"),
    Action(
        "Invite user",
        "/users/-/new",
        Permission.ACCOUNTS_WRITE,
        "new account person create",
        "database_url",
    ),
    Action(
        "New role",
        "/roles/-/new",
        Permission.ACCOUNTS_WRITE,
        "create permissions",
        "database_url",
        page=True,
    ),
    Action("Time zone", "/time", Permission.SERVER_READ, "local utc clock"),
    Action("Help", "/keys", Permission.SERVER_READ, "keyboard shortcuts keys terms documentation"),
)


def places(q: str, user: User, settings: Settings) -> list[Group]:
    """Return what has a word that begins so for each of `q`: pages and actions, as `user` may.

    With a `q`, the pages of the documentation too.
    """
    pages = [
        (Hit(item.label, item.path, group), f"{group} {item.label}")
        for group, items in NAV
        for item in lines(items, user, settings)
    ]
    actions = [
        (Hit(action.label, action.path, dialog=not action.page), f"{action.label} {action.words}")
        for action in ACTIONS
        if offered(action.permission, action.flag, user, settings)
    ]
    groups = [_group("Pages", "file-text", q, pages), _group("Actions", "plus-lg", q, actions)]
    if not q:
        return groups
    documents = [
        (Hit(each.title, each.path, "Documentation"), f"documentation {each.title}")
        for each in DOCUMENTS.values()
    ]
    return [*groups, _group("Documentation", "file-text", q, documents)]


def _group(title: str, icon: str, q: str, choices: list[tuple[Hit, str]]) -> Group:
    found = list(_holding(q, choices))
    if not q:
        return Group(title, icon, tuple(found), len(found))
    return Group(title, icon, tuple(best(found, q, lambda hit: (hit.label,))), len(found))


def _holding(q: str, choices: list[tuple[Hit, str]]) -> Iterator[Hit]:
    parts = q.casefold().split()
    for hit, text in choices:
        words = text.casefold().split()
        if all(any(word.startswith(part) for word in words) for part in parts):
            yield hit
