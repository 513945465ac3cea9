"""What is missing of a conversation, and why, in words."""

from datetime import datetime

from app.services.conversations.page.conversation import Conversation
from app.services.conversations.page.outline import MOST_ITEMS, Outline


def notes(conversation: Conversation, found: Outline, now: datetime, history: bool) -> list[str]:
    """Return a sentence for everything that somebody might miss on the page.

    `history` if the agent uploaded its complete history.
    """
    said = []
    if conversation.is_open:
        if not conversation.is_live(now):
            said.append(
                "The agent reported no end, and uploads nothing any more: it may have been killed, "
                "or it can't reach the dashboard."
            )
        elif found.traced:
            said.append(
                "While it runs, the transcript comes from the agent's trace. The agent uploads its "
                "complete history when the session ends."
            )
    elif not conversation.reported:
        said.append(
            "The agent's report of the session never came: it was killed, it crashed, or it "
            "couldn't reach the dashboard at the end. Usage, errors and options may be missing."
        )
        if found.traced:
            said.append("The transcript comes from the agent's trace, and may have gaps.")
    if found.entries and not (found.traced or history or conversation.is_live(now)):
        said.append(
            "The transcript may be incomplete: only parts of the agent's history were received."
        )
    if conversation.ended_inferred and conversation.gone_at:
        said.append(
            "The end is inferred, because the agent didn't report one: it left the room, or "
            "nothing more was received."
        )
    if conversation.redacted:
        said.append(
            "The session asked for redaction, so neither words nor sound were kept: the dashboard "
            "can't tell which of them are personal."
        )
    if not found.whole:
        said.append(f"The transcript has more than {MOST_ITEMS:,} items; these are the first.")
    return said
