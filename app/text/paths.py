"""Names in addresses: any room name or identity as one path segment, and back.

A plain name stands as it is (`/rooms/standup`). Any other (`a/b`, `..`, `%2F`, spaces, emoji) is
written as `~` and the base64url (RFC 4648, section 5) of its UTF-8 bytes, because browsers and
proxies rewrite dots, slashes and percent signs in paths. A plain name never begins with `-` or
`~`, so `/rooms/-/new` can be no room.
"""

import base64
import binascii
import re
from urllib.parse import urlencode

from app.errors import NoSuchPage
from app.text.places import inside

PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_@:-]{0,119}(\.[A-Za-z0-9_@:-]+){0,8}", re.ASCII)


ACCOUNT = "/account"
ACCOUNT_TOKENS = "/account/tokens"
ACCOUNT_CONFIRM = "/account/confirm"
AGENTS = "/agents"
AGENT_INSIGHTS = "/agents/insights"
AGENT_WORKERS = "/agents/workers"
API = "/api/v1"
SIGN_IN = "/sign-in"
SIGN_IN_CODE = "/sign-in/code"
AUDIT = "/audit"
EGRESS = "/egress"
HISTORY = "/history"
HOOKS = "/hooks"
LIVEKIT_HOOK = "/hooks/livekit"
OBSERVABILITY = "/observability"
CONVERSATIONS = "/conversations"
INGRESS = "/ingress"
INVITATION = "/invitation"
JOBS = "/jobs"
LIVE = "/live"
RECORDINGS = "/recordings"
PARTICIPANTS = "/participants"
RESET = "/reset"
ROLES = "/roles"
ROOMS = "/rooms"
SIGN_IN_BASIC = "/sign-in-basic"
SECOND_FACTOR = "/account/second-factor"
SIGN_IN_OIDC = "/sign-in/oidc"
SIGN_IN_OIDC_BACK = "/sign-in/oidc/callback"
SIGN_OUT = "/sign-out"
CALLS = "/sip/calls"
CALL_RECORDS = "/sip/records"
RULES = "/sip/rules"
SESSIONS = "/sessions"
TRUNKS = "/sip/trunks"
USAGE = "/usage"
USERS = "/users"
WEBHOOKS = "/webhooks"
WEBHOOK_EVENTS = "/webhooks/-/events"


def segment(name: str) -> str:
    """Return the path segment for `name`."""
    if PLAIN.fullmatch(name):
        return name
    return "~" + base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def name_in(part: str) -> str:
    """Return the name that a path segment stands for. Raises NoSuchPage for one we never wrote."""
    if part.startswith("-"):
        raise NoSuchPage
    if not part.startswith("~"):
        return part
    encoded = part[1:]
    try:
        return base64.b64decode(
            encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True
        ).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise NoSuchPage from None


def is_below(path: str, *roots: str) -> bool:
    """Return whether a place is one of `roots`, or below one."""
    return any(path == root or path.startswith(f"{root}/") for root in roots)


def is_api(path: str) -> bool:
    """Return whether a place is part of the JSON API."""
    return is_below(path, API)


def sign_in_path(back: str = "", at: str = SIGN_IN, *, expired: bool = False) -> str:
    """Return the path of a page to sign in, which then leads `back`, if that isn't too long.

    If `expired`, the page says that the second step took too long.
    """
    back = inside(back)
    query = {"next": back} if back != "/" else {}
    query |= {"expired": "1"} if expired else {}
    return f"{at}?{urlencode(query)}" if query else at


def confirm_path(back: str) -> str:
    """Return the path of the page on which people prove that it's them, which then leads `back`."""
    return f"{ACCOUNT_CONFIRM}?{urlencode({'next': back})}"


def passkey_path(number: int, *rest: str) -> str:
    """Return the path of what stands below one of one's own passkeys."""
    return "/".join([SECOND_FACTOR, "passkeys", str(number), *rest])


def audit_path(number: int) -> str:
    """Return the path of an entry of the audit."""
    return f"{AUDIT}/{number}"


def webhook_path(number: int) -> str:
    """Return the path of an event's page."""
    return f"{WEBHOOK_EVENTS}/{number}"


def user_path(number: int | str, *rest: str) -> str:
    """Return the path of an account's page, or of what stands below it."""
    return "/".join([USERS, str(number), *rest])


def role_path(role: str, *rest: str) -> str:
    """Return the path of a role's page, or of what stands below it."""
    return "/".join([ROLES, segment(role), *rest])


def one_time_path(kind: str, key: str) -> str:
    """Return the path of a one-time link: its key is in the query, which is in no log of ours."""
    place = INVITATION if kind == "invitation" else RESET
    return f"{place}?{urlencode({'key': key})}"


def session_path(sid: str, *rest: str) -> str:
    """Return the path of a session's page, or of what stands below it."""
    return "/".join([SESSIONS, segment(sid), *rest])


def identity_path(identity: str, *rest: str) -> str:
    """Return the path of everything that history has of an identity, or of what stands below it."""
    return "/".join([HISTORY, "participants", segment(identity), *rest])


def conversation_path(job: str, *rest: str) -> str:
    """Return the path of a conversation's page, or of what stands below it."""
    return "/".join([CONVERSATIONS, segment(job), *rest])


def job_path(job: str, *rest: str) -> str:
    """Return the path of the page of a job in the background, or of what stands below it."""
    return "/".join([JOBS, segment(job), *rest])


def call_record_path(call_id: str) -> str:
    """Return the path of the record of a call."""
    return "/".join([CALL_RECORDS, segment(call_id)])


def room_path(room: str, *rest: str) -> str:
    """Return the path of a room's page, or of what stands below it."""
    return "/".join([ROOMS, segment(room), *rest])


def participant_path(room: str, identity: str, *rest: str) -> str:
    """Return the path of a participant's page, or of what stands below it."""
    return room_path(room, "participants", segment(identity), *rest)


def egress_path(egress_id: str, *rest: str) -> str:
    """Return the path of an egress job's page, or of what stands below it."""
    return "/".join([EGRESS, segment(egress_id), *rest])


def recording_path(recording: str, *rest: str) -> str:
    """Return the path of a recording's page, or of what stands below it."""
    return "/".join([RECORDINGS, segment(recording), *rest])


def ingress_path(ingress_id: str, *rest: str) -> str:
    """Return the path of an ingress's page, or of what stands below it."""
    return "/".join([INGRESS, segment(ingress_id), *rest])


def sip_path(part: str, sip_id: str, *rest: str) -> str:
    """Return the path of a trunk's or rule's page (`part` is `trunks` or `rules`), or below it."""
    return "/".join(["/sip", part, segment(sip_id), *rest])


def call_path(room: str, identity: str, *rest: str) -> str:
    """Return the path of a call's page, or of what stands below it."""
    return "/".join([CALLS, segment(room), segment(identity), *rest])


def dispatch_path(room: str, dispatch_id: str, *rest: str) -> str:
    """Return the path of an agent dispatch's page, or of what stands below it."""
    return "/".join([AGENTS, segment(room), segment(dispatch_id), *rest])
