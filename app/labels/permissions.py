"""The one table of permissions, by area: what each is called, what it permits, what it needs.

The names are those of security/roles.py, which a test compares.
"""

from typing import NamedTuple


class Permitted(NamedTuple):
    """A permission in words; `needs` is another one without which it is of no use."""

    title: str
    meaning: str
    needs: str = ""


ALWAYS = "server.read"  # in every role: the pages that everybody is led to

PERMISSIONS: dict[str, dict[str, Permitted]] = {
    "Dashboard": {
        "server.read": Permitted(
            "Open the dashboard",
            "The overview, the server's status, search, webhooks and the token decoder. It is in "
            "every role.",
        ),
        "settings.read": Permitted(
            "View the configuration",
            "The settings in force, versions, services and the support report. Secrets are never "
            "shown.",
        ),
    },
    "Rooms and participants": {
        "rooms.read": Permitted(
            "View rooms and participants",
            "Rooms, participants, their tracks and metadata, and watching a room. Most other pages "
            "link to them.",
        ),
        "rooms.write": Permitted(
            "Change rooms", "Create, edit and delete rooms.", needs="rooms.read"
        ),
        "participants.moderate": Permitted(
            "Mute and remove participants",
            "Mute tracks, ask clients to unmute, and disconnect participants, one or many.",
            needs="rooms.read",
        ),
        "participants.write": Permitted(
            "Change participants",
            "Change names, metadata, permissions and subscriptions, send data, call RPC methods.",
            needs="rooms.read",
        ),
    },
    "Egress and ingress": {
        "egress.read": Permitted("View egress", "Recordings and streams: jobs and their results."),
        "egress.write": Permitted(
            "Change egress", "Start, change and stop jobs.", needs="egress.read"
        ),
        "ingress.read": Permitted(
            "View ingress", "Ingresses and their status, without stream keys."
        ),
        "ingress.write": Permitted(
            "Change ingress",
            "Create, edit and delete ingresses, and see their stream keys.",
            needs="ingress.read",
        ),
    },
    "Agents": {
        "agents.read": Permitted("View agents", "Agents in rooms, and dispatches."),
        "agents.write": Permitted(
            "Change agents", "Dispatch agents, and delete dispatches.", needs="agents.read"
        ),
    },
    "Telephony": {
        "sip.read": Permitted(
            "View telephony", "Calls, trunks and dispatch rules, and the route tester."
        ),
        "sip.write": Permitted(
            "Change telephony",
            "Create, edit, import and delete trunks and dispatch rules, and export their secrets.",
            needs="sip.read",
        ),
        "sip.call": Permitted("Make calls", "Dial, transfer and hang up.", needs="sip.read"),
    },
    "Developer": {
        "tokens.create": Permitted(
            "Create access tokens",
            "Sign tokens for LiveKit with any grant, join rooms with them, test the connection. A "
            "token can do whatever its grants say, so this is as strong as the API key.",
        ),
    },
    "History": {
        "history.read": Permitted(
            "View history",
            "Past sessions, call records and usage. Identities and numbers are masked.",
        ),
    },
    "Conversations": {
        "conversations.read": Permitted(
            "Read conversations",
            "What agents and their callers said, tool calls, traces and logs. Each opening is in "
            "the audit log.",
        ),
        "recordings.read": Permitted(
            "Open recordings",
            "The sound of conversations, and the files that egress recorded: list, play and "
            "download them. Each opening is in the audit log.",
        ),
        "recordings.manage": Permitted(
            "Manage recordings",
            "Delete the files of egress recordings in their storage, and create links by which "
            "anybody can get them for 15 minutes.",
            needs="recordings.read",
        ),
        "conversations.manage": Permitted(
            "Manage conversations",
            "Delete conversations with their recordings, and switch uploads of agents on and off.",
            needs="conversations.read",
        ),
    },
    "Background jobs": {
        "jobs.read": Permitted(
            "View jobs",
            "What runs in the background and what waits: progress, results, logs and schedules.",
        ),
        "jobs.write": Permitted(
            "Cancel and repeat jobs",
            "Cancel jobs and run them again, if one may do what they do.",
            needs="jobs.read",
        ),
    },
    "People": {
        "personal.read": Permitted(
            "View personal data",
            "Identities, names and phone numbers in history, which are masked without it.",
        ),
        "personal.erase": Permitted(
            "Erase personal data",
            "Remove everything that history has of an identity.",
            needs="personal.read",
        ),
        "audit.read": Permitted(
            "View the audit log", "Who did what, when and from which address, and its export."
        ),
        "accounts.read": Permitted(
            "View users and roles", "Accounts, their roles, e-mail addresses and sessions."
        ),
        "accounts.write": Permitted(
            "Manage users and roles",
            "Invite, edit, disable and delete users, end sessions, create links and roles. "
            "Nobody gives more than they may do themselves.",
            needs="accounts.read",
        ),
    },
}

BY_NAME = {name: each for group in PERMISSIONS.values() for name, each in group.items()}
