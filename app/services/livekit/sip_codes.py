"""What a SIP status code means for the caller (RFC 3261, section 21, and its extensions)."""

from typing import NamedTuple


class Meaning(NamedTuple):
    """A SIP status in plain words: what happened, and what to do."""

    text: str
    advice: str


CODES: dict[int, Meaning] = {
    code: Meaning(text, advice)
    for code, text, advice in (
        (301, "Number moved permanently.", "Ask for the new number."),
        (302, "Number moved temporarily.", "The provider should follow this automatically."),
        (400, "Remote did not understand the request.", "Check the number and headers."),
        (
            401,
            "The provider requires a user name and password.",
            "Check the trunk's authentication.",
        ),
        (402, "Payment required.", "Check your account with the provider."),
        (
            403,
            "The provider does not allow this call.",
            "Often the caller ID doesn't belong to the account, the country is blocked, or "
            "this server's address is not on its list.",
        ),
        (
            404,
            "The number does not exist.",
            "Check the number and its format: + country code and number.",
        ),
        (405, "Remote does not accept calls this way.", "Ask the provider."),
        (406, "Remote can't provide what was requested.", "Check the trunk's media settings."),
        (
            407,
            "The provider requires a user name and password.",
            "Check the trunk's authentication.",
        ),
        (408, "Remote did not respond in time.", "Try again, or ring longer."),
        (410, "The number is no longer in use.", "Ask for the new number."),
        (413, "The call's description is too large.", "Send fewer headers."),
        (414, "The address is too long.", "Check the number."),
        (415, "Remote does not support this type of media.", "Check the trunk's codecs."),
        (416, "Remote does not support this type of address.", "Check the number."),
        (420, "Remote does not support a required SIP extension.", "Ask the provider."),
        (421, "Remote requires a SIP extension.", "Ask the provider."),
        (422, "The session interval is too small.", "Ask the provider."),
        (423, "The interval is too brief.", "Ask the provider."),
        (
            428,
            "The provider requires a signed caller identity.",
            "Ask the provider about STIR/SHAKEN.",
        ),
        (430, "The connection to the remote party failed.", "Try again."),
        (
            433,
            "Remote does not accept anonymous calls.",
            "Show the number, or use another caller ID.",
        ),
        (436, "The caller's signed identity is invalid.", "Ask the provider."),
        (437, "The certificate of the caller's identity is not accepted.", "Ask the provider."),
        (438, "The caller's signed identity can't be verified.", "Ask the provider."),
        (480, "Nobody answered, or the phone is off.", "Try again later, or ring longer."),
        (481, "The call no longer exists.", "The call ended during the request."),
        (482, "Call loop detected.", "Check call forwarding at the provider."),
        (483, "Too many call forwards.", "Check call forwarding at the provider."),
        (484, "Incomplete number.", "Enter it with its country code: +1 555 …"),
        (485, "Ambiguous number.", "Enter it with its country code: +1 555 …"),
        (486, "The line is busy.", "Try again later."),
        (
            487,
            "The call ended before it was answered.",
            "Someone hung up, or the ringing timeout expired.",
        ),
        (
            488,
            "No common codec or encryption.",
            "Check the trunk's codecs and media encryption.",
        ),
        (491, "Another request is still in progress.", "Try again."),
        (493, "Remote can't decrypt the request.", "Check the trunk's media encryption."),
        (494, "Remote requires a security agreement.", "Ask the provider."),
        (500, "The provider's server failed.", "Try again, then ask the provider."),
        (501, "The provider's server does not support this.", "Ask the provider."),
        (502, "A gateway received an invalid response.", "Try again, then ask the provider."),
        (
            503,
            "The provider accepts no calls at the moment.",
            "Try again later; it may be at its limit.",
        ),
        (504, "Another server did not respond in time.", "Try again."),
        (505, "Remote does not support this SIP version.", "Ask the provider."),
        (513, "The call's description is too large.", "Send fewer headers."),
        (600, "The line is busy everywhere.", "Try again later."),
        (603, "The call was declined.", "The called party does not want to take it now."),
        (604, "The number does not exist anywhere.", "Check the number."),
        (606, "Remote can't accept this call.", "Check the media settings."),
        (607, "The call was marked as unwanted.", "Do not call this number again."),
        (
            608,
            "The call was rejected as spam.",
            "Ask the provider to clear the number.",
        ),
    )
}
CLASSES = {
    3: Meaning("The call was redirected.", "Ask the provider."),
    4: Meaning("Remote rejected the call.", "Check the number and the trunk."),
    5: Meaning("A server failed.", "Try again, then ask the provider."),
    6: Meaning("No destination accepts the call.", "Try another number."),
}
UNKNOWN = Meaning("The call failed.", "See the log of livekit-sip for details.")


def meaning(code: int) -> Meaning:
    """Return what a SIP status code means; an unknown one by its class."""
    return CODES.get(code) or CLASSES.get(code // 100, UNKNOWN)
