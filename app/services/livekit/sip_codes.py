"""What a SIP status code means for whoever dialled (RFC 3261, section 21, and its extensions)."""

from typing import NamedTuple


class Meaning(NamedTuple):
    """A SIP status in plain words: what happened, and what to do."""

    text: str
    advice: str


CODES: dict[int, Meaning] = {
    code: Meaning(text, advice)
    for code, text, advice in (
        (301, "The number has moved for good.", "Ask for the new number."),
        (302, "The number has moved for now.", "The provider should follow this by itself."),
        (400, "The other end does not understand the call.", "Look at number and headers."),
        (401, "The provider wants a user name and password.", "Check the trunk's sign-in."),
        (402, "The provider wants to be paid.", "Look at the provider's account."),
        (
            403,
            "The provider does not allow this call.",
            "Often the caller's number is not one of the account's, the country is blocked, or "
            "this server's address is not on its list.",
        ),
        (404, "The number does not exist.", "Check the number, and its form: +country and number."),
        (405, "The other end does not take calls this way.", "Ask the provider."),
        (406, "The other end cannot give what was asked.", "Look at the trunk's media settings."),
        (407, "The provider wants a user name and password.", "Check the trunk's sign-in."),
        (408, "The other end gave no answer in time.", "Try again, or ring longer."),
        (410, "The number is no longer in use.", "Ask for the new number."),
        (413, "The call's description is too large.", "Send fewer headers."),
        (414, "The address is too long.", "Check the number."),
        (415, "The other end cannot take this kind of media.", "Look at the trunk's codecs."),
        (416, "The other end does not know this kind of address.", "Check the number."),
        (420, "The other end lacks an extension.", "Ask the provider."),
        (421, "The other end wants an extension.", "Ask the provider."),
        (422, "The session interval is too small.", "Ask the provider."),
        (423, "The interval is too brief.", "Ask the provider."),
        (428, "The provider wants a signed caller identity.", "Ask it for STIR/SHAKEN."),
        (430, "The connection to the other end failed.", "Try again."),
        (
            433,
            "The other end takes no anonymous calls.",
            "Show the number, or call by another one.",
        ),
        (436, "The caller's signed identity is wrong.", "Ask the provider."),
        (437, "The certificate of the caller's identity is not accepted.", "Ask the provider."),
        (438, "The caller's signed identity does not hold.", "Ask the provider."),
        (480, "Nobody answered, or the phone is off.", "Try again later, or ring longer."),
        (481, "The call is not there any more.", "It ended while something was asked of it."),
        (482, "The call came back to where it began.", "Look at forwarding at the provider."),
        (483, "The call was passed on too often.", "Look at forwarding at the provider."),
        (484, "The number is not whole.", "Give it with its country: +1 555 …"),
        (485, "The number is not clear.", "Give it with its country: +1 555 …"),
        (486, "The line is busy.", "Try again later."),
        (
            487,
            "The call was ended before it was answered.",
            "Somebody hung up, or it rang too long.",
        ),
        (
            488,
            "The two ends found no codec or encryption in common.",
            "Look at the trunk's codecs and media encryption.",
        ),
        (491, "Another request is still under way.", "Try again."),
        (493, "The other end cannot decrypt it.", "Look at the trunk's media encryption."),
        (494, "The other end wants a security agreement.", "Ask the provider."),
        (500, "The provider's server failed.", "Try again, then ask the provider."),
        (501, "The provider's server cannot do that.", "Ask the provider."),
        (502, "A gateway got a wrong answer further on.", "Try again, then ask the provider."),
        (503, "The provider takes no calls now.", "Try again; it may be at its limit."),
        (504, "A server further on gave no answer in time.", "Try again."),
        (505, "The other end does not speak this version of SIP.", "Ask the provider."),
        (513, "The call's description is too large.", "Send fewer headers."),
        (600, "The line is busy everywhere.", "Try again later."),
        (603, "The call was declined.", "Whoever was called does not want it now."),
        (604, "The number exists nowhere.", "Check the number."),
        (606, "The other end cannot take the call like this.", "Look at the media settings."),
        (607, "The call was marked as unwanted.", "Do not call this number again."),
        (
            608,
            "The call was rejected on the way, as spam.",
            "Ask the provider to clear the number.",
        ),
    )
}
CLASSES = {
    3: Meaning("The call was sent elsewhere.", "Ask the provider."),
    4: Meaning("The other end does not take the call as it is.", "Look at number and trunk."),
    5: Meaning("A server on the way failed.", "Try again, then ask the provider."),
    6: Meaning("No place takes the call.", "Try another number."),
}
UNKNOWN = Meaning("The call failed.", "The log of livekit-sip says more.")


def meaning(code: int) -> Meaning:
    """Give what a SIP status code means; by its class where it is none of the known ones."""
    return CODES.get(code) or CLASSES.get(code // 100, UNKNOWN)
