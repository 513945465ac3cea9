"""Labels of the audit: outcomes, and what each action is called."""

from app.labels.label import Label, Labels
from app.services.audit.states import Outcome

AUDIT: Labels = {
    Outcome: {
        Outcome.DONE: Label("done", "ok", "It was done."),
        Outcome.REFUSED: Label(
            "refused", "warn", "The dashboard or LiveKit rejected it; nothing was changed."
        ),
        Outcome.FAILED: Label("failed", "bad", "It ended with an error."),
        Outcome.UNKNOWN: Label(
            "unknown", "warn", "LiveKit's response was lost: it may have been done."
        ),
        Outcome.INTERRUPTED: Label(
            "interrupted", "warn", "The request ended before the action did: part may be done."
        ),
        Outcome.ATTEMPTED: Label(
            "no outcome",
            "warn",
            "It was about to begin, and nothing was recorded since: it is still running, or the "
            "dashboard or its database stopped meanwhile.",
        ),
    },
}

AREAS = {
    "room": "Rooms",
    "participant": "Participants",
    "egress": "Egress",
    "ingress": "Ingress",
    "call": "Calls",
    "sip": "Trunks and rules",
    "dispatch": "Agent dispatches",
    "token": "Tokens",
    "webhook": "Webhooks",
    "doctor": "Connection test",
    "session": "Sign-in",
    "account": "Own account",
    "user": "Users",
    "role": "Roles",
    "factor": "Second factors",
    "time": "Time zone",
    "audit": "Audit",
}

ACTIONS = {
    "account.token.create": "Create API token",
    "account.token.revoke": "Revoke API token",
    "account.confirm": "Confirm identity",
    "audit.export": "Export audit log",
    "audit.prune": "Prune audit log",
    "call.dial": "Dial",
    "call.end": "Hang up",
    "call.transfer": "Transfer call",
    "dispatch.create": "Dispatch agent",
    "dispatch.delete": "Delete dispatch",
    "doctor.check": "Test connection",
    "egress.layout": "Change layout",
    "egress.start": "Start egress",
    "egress.stop": "Stop egress",
    "egress.streams": "Change stream URLs",
    "factor.app.add": "Set up authenticator app",
    "factor.app.remove": "Remove authenticator app",
    "factor.codes": "Create recovery codes",
    "factor.passkey.add": "Add passkey",
    "factor.passkey.remove": "Remove passkey",
    "factor.passkey.rename": "Rename passkey",
    "factor.password.remove": "Remove password",
    "ingress.create": "Create ingress",
    "ingress.delete": "Delete ingress",
    "ingress.edit": "Edit ingress",
    "ingress.key": "View stream key",
    "ingress.url": "View source URL",
    "participant.edit": "Edit participant",
    "participant.mute": "Mute track",
    "participant.mute_all": "Mute all tracks",
    "participant.permit": "Change permissions",
    "participant.remove": "Remove participant",
    "participant.rpc": "Call RPC method",
    "participant.send": "Send data to participant",
    "participant.subscribe": "Change subscriptions",
    "participant.unmute": "Unmute track",
    "room.create": "Create room",
    "room.delete": "Delete room",
    "room.edit": "Edit room",
    "room.send": "Send data to room",
    "room.watch": "Watch room",
    "session.end": "Sign out",
    "session.start": "Sign in",
    "session.end_one": "End session",
    "session.end_others": "End other sessions",
    "account.rename": "Change own name",
    "account.password": "Change own password",
    "account.preferences": "Change preferences",
    "account.remember": "Remember a choice",
    "session.password": "Enter password before second factor",
    "session.basic": "Sign in with HTTP Basic",
    "sip.definitions.import": "Import telephony",
    "sip.definitions.secrets": "Export telephony with secrets",
    "sip.route.pin": "Test route with PIN",
    "sip.rule.create": "Create dispatch rule",
    "sip.rule.delete": "Delete dispatch rule",
    "sip.rule.edit": "Edit dispatch rule",
    "sip.trunk.create": "Create trunk",
    "sip.trunk.delete": "Delete trunk",
    "sip.trunk.edit": "Edit trunk",
    "role.create": "Create role",
    "role.delete": "Delete role",
    "role.edit": "Edit role",
    "time.zone": "Change time zone",
    "token.create": "Create token",
    "token.decode": "Decode token",
    "token.try": "Test token",
    "user.accept": "Accept invitation",
    "user.create": "Create user",
    "user.delete": "Delete user",
    "user.disable": "Disable user",
    "user.edit": "Edit user",
    "user.enable": "Enable user",
    "user.end_sessions": "End sessions of user",
    "user.invite": "Invite user",
    "user.link": "Create one-time link",
    "user.password": "Set password of user",
    "user.reset_factor": "Reset second factor",
    "user.reset": "Reset password by link",
    "webhook.sample": "Create sample webhook",
    "webhook.verify": "Verify webhook",
}


def action_label(action: str) -> str:
    """Return what an action is called; one that this version does not know, as it was written."""
    return ACTIONS.get(action, action)
