"""Permissions as forms offer them: grouped by area, with what each lets somebody do."""

from collections.abc import Iterator

from app.security.roles import Permission

P = Permission
GROUPS: tuple[tuple[str, tuple[tuple[Permission, str], ...]], ...] = (
    (
        "Rooms and participants",
        (
            (P.ROOMS_READ, "View rooms and participants"),
            (P.ROOMS_WRITE, "Create, edit and delete rooms"),
            (P.PARTICIPANTS_MODERATE, "Mute and remove participants"),
            (P.PARTICIPANTS_WRITE, "Do everything else with participants"),
            (P.PERSONAL_READ, "View personal data"),
        ),
    ),
    (
        "Egress and ingress",
        (
            (P.EGRESS_READ, "View egress jobs"),
            (P.EGRESS_WRITE, "Start, change and stop egress jobs"),
            (P.INGRESS_READ, "View ingresses"),
            (P.INGRESS_WRITE, "Create, edit and delete ingresses"),
        ),
    ),
    (
        "Agents and telephony",
        (
            (P.AGENTS_READ, "View agents and dispatches"),
            (P.AGENTS_WRITE, "Create and delete dispatches"),
            (P.SIP_READ, "View calls, trunks and dispatch rules"),
            (P.SIP_CALL, "Dial, transfer and end calls"),
            (P.SIP_WRITE, "Create, edit and delete trunks and dispatch rules"),
        ),
    ),
    (
        "Dashboard",
        (
            (P.SERVER_READ, "View the overview, the server's status and search"),
            (P.SETTINGS_READ, "View the settings"),
            (P.TOKENS_CREATE, "Create LiveKit access tokens"),
            (P.AUDIT_READ, "View the audit log"),
            (P.ACCOUNTS_READ, "View accounts"),
            (P.ACCOUNTS_WRITE, "Create, change and delete accounts and roles"),
        ),
    ),
)
LABELS = {permission: label for _, group in GROUPS for permission, label in group}


def offered(
    held: frozenset[Permission],
) -> Iterator[tuple[str, list[tuple[Permission, str]]]]:
    """Yield the groups with the permissions that somebody has; no empty ones."""
    for title, group in GROUPS:
        if some := [(permission, label) for permission, label in group if permission in held]:
            yield title, some
