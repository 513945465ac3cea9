"""Who the caller of a conversation is, as it may be shown."""

from dataclasses import dataclass

from app.services.conversations.page.conversation import Conversation
from app.services.history.masking import Masking


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller: a phone number if there is one, or else an identity; or their masks."""

    label: str
    identity: str
    number: str

    @property
    def is_known(self) -> bool:
        """Return whether any upload said who it was."""
        return bool(self.label)


def caller(conversation: Conversation, masks: Masking) -> Caller:
    """Return the caller of a conversation."""
    identity = conversation.caller
    if identity:
        identity = masks.person(identity, conversation.caller_kind)
    number = masks.number(conversation.phone)
    return Caller(number or identity, identity, number)
