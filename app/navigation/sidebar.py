"""The sidebar as plain rows; a part that is switched off leads to its set-up page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.config.settings import Settings
from app.navigation.figures import Shown
from app.security.roles import Permission, User

SIP_OFF = "ENABLE_SIP is off in the dashboard"


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the sidebar; `flag` names the setting, or settings, that must be on for it.

    One with a reason in `off` is shown if the setting is off, and leads to the set-up page.
    """

    label: str
    icon: str
    path: str
    permission: Permission
    flag: str | tuple[str, ...] | None = None
    off: str = ""


@dataclass(frozen=True, slots=True)
class NavLink:
    """A line as one page shows it; `current` when the page stands below its path.

    `figure` is what the page knows of it, and `id` names it for what describes it. Sidebars are
    cached by their lines, so a line can be hashed: without the figure, which it is compared with.
    """

    label: str
    icon: str
    path: str
    current: bool
    figure: Shown | None = field(hash=False)

    @property
    def id(self) -> str:
        """The end of the ids of its parts."""
        return self.path.strip("/").replace("/", "-")


NAV: tuple[tuple[str, tuple[NavItem, ...]], ...] = (
    (
        "",
        (
            NavItem("Overview", "speedometer2", "/", Permission.SERVER_READ),
            NavItem("Rooms", "door-open", "/rooms", Permission.ROOMS_READ),
            NavItem("Participants", "people", "/participants", Permission.ROOMS_READ),
            NavItem("Agents", "robot", "/agents", Permission.AGENTS_READ),
        ),
    ),
    (
        "Media",
        (
            NavItem("Egress", "record-circle", "/egress", Permission.EGRESS_READ),
            NavItem("Ingress", "box-arrow-in-right", "/ingress", Permission.INGRESS_READ),
        ),
    ),
    (
        "Telephony",
        (
            NavItem("Calls", "telephone", "/sip/calls", Permission.SIP_READ, "enable_sip"),
            NavItem(
                "Call records",
                "card-list",
                "/sip/records",
                Permission.HISTORY_READ,
                ("enable_sip", "database_url"),
            ),
            NavItem("Trunks", "plug", "/sip/trunks", Permission.SIP_READ, "enable_sip"),
            NavItem("Dispatch rules", "diagram-3", "/sip/rules", Permission.SIP_READ, "enable_sip"),
            NavItem(
                "Route tester", "signpost-split", "/sip/route", Permission.SIP_READ, "enable_sip"
            ),
            NavItem(
                "Import/export", "braces", "/sip/definitions", Permission.SIP_READ, "enable_sip"
            ),
            NavItem("Calls", "telephone", "/sip", Permission.SIP_READ, "enable_sip", SIP_OFF),
        ),
    ),
    (
        "History",
        (
            NavItem(
                "Sessions", "clock-history", "/sessions", Permission.HISTORY_READ, "database_url"
            ),
            NavItem(
                "Participant history",
                "person",
                "/history/participants",
                Permission.HISTORY_READ,
                "database_url",
            ),
            NavItem(
                "Conversations",
                "chat-left-text",
                "/conversations",
                Permission.CONVERSATIONS_READ,
                "database_url",
            ),
            NavItem(
                "Recordings", "film", "/recordings", Permission.RECORDINGS_READ, "database_url"
            ),
            NavItem("Usage", "bar-chart", "/usage", Permission.HISTORY_READ, "database_url"),
        ),
    ),
    (
        "Operations",
        (NavItem("Jobs", "list-task", "/jobs", Permission.JOBS_READ, "database_url"),),
    ),
    (
        "Developer",
        (
            NavItem("Tokens", "key", "/sandbox", Permission.TOKENS_CREATE),
            NavItem("Tokens", "key", "/sandbox/decode", Permission.SERVER_READ),
            NavItem("Webhooks", "lightning", "/webhooks", Permission.SERVER_READ),
            NavItem("API", "braces", "/api", Permission.SERVER_READ, "database_url"),
            NavItem("Connection test", "heart-pulse", "/doctor", Permission.TOKENS_CREATE),
            NavItem("Settings", "gear", "/settings", Permission.SETTINGS_READ),
        ),
    ),
    (
        "Administration",
        (
            NavItem("Users", "person-gear", "/users", Permission.ACCOUNTS_READ, "database_url"),
            NavItem("Roles", "shield-check", "/roles", Permission.ACCOUNTS_READ, "database_url"),
            NavItem("Audit log", "journal-check", "/audit", Permission.AUDIT_READ, "database_url"),
        ),
    ),
)


def nav_for(
    user: User, settings: Settings, path: str, figures: Mapping[str, Shown]
) -> tuple[tuple[str, tuple[NavLink, ...]], ...]:
    """Return the groups and lines that `user` sees on the page at `path`, with its figures."""
    groups = []
    for label, items in NAV:
        links = tuple(
            NavLink(
                item.label,
                item.icon,
                item.path,
                _below(path, item.path),
                {"off": item.off, "always": True} if item.off else figures.get(item.path),
            )
            for item in lines(items, user, settings)
        )
        if links:
            groups.append((label, links))
    return tuple(groups)


def lines(items: Iterable[NavItem], user: User, settings: Settings) -> list[NavItem]:
    """Return those that `user` may follow, and of those with one label the first."""
    found: dict[str, NavItem] = {}
    for item in items:
        if item.off:
            wanted = user.can(item.permission) and not _is_on(item.flag, settings)
        else:
            wanted = offered(item.permission, item.flag, user, settings)
        if wanted:
            found.setdefault(item.label, item)
    return list(found.values())


def title_of(place: str) -> str:
    """Return what the sidebar calls the page at a place of the dashboard, or ""."""
    path = place.partition("?")[0]
    found = [item for _, items in NAV for item in items if not item.off and _below(path, item.path)]
    return max(found, key=lambda item: len(item.path)).label if found else ""


def may_open(place: str, user: User) -> bool:
    """Return whether `user` may open the page of the sidebar that a place belongs to."""
    path = place.partition("?")[0].partition("#")[0]
    found = [item for _, items in NAV for item in items if _below(path, item.path)]
    longest = max((len(item.path) for item in found), default=0)
    return any(user.can(item.permission) for item in found if len(item.path) == longest)


def offered(
    permission: Permission, flag: str | tuple[str, ...] | None, user: User, settings: Settings
) -> bool:
    """Return whether `user` may go there, and each setting that `flag` names is on."""
    return user.can(permission) and _is_on(flag, settings)


def _is_on(flag: str | tuple[str, ...] | None, settings: Settings) -> bool:
    flags = (flag,) if isinstance(flag, str) else flag or ()
    return all(getattr(settings, each) for each in flags)


def _below(path: str, root: str) -> bool:
    return path == root or (root != "/" and path.startswith(f"{root}/"))
