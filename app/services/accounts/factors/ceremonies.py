"""Ceremonies of Web Authentication (W3C): what a browser is asked, and whether its answer is right.

Each passkey is made so that it can be the only factor: the authenticator stores it with the
account, and checks who uses it, by a PIN or a finger. The library is loaded by the first ceremony,
because it takes 10 MB.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

LONGEST_ANSWER = 20_000  # characters
LONGEST_ID = 1023  # bytes (Web Authentication Level 3, 7.1)
TIMEOUT_MS = 300_000
# What malformed answers raise, besides the library's own errors.
MALFORMED = (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError)

log = structlog.get_logger("passkeys")


@dataclass(frozen=True, slots=True)
class Site:
    """The site that passkeys are for: its host, its name, and the origins of its pages."""

    host: str
    name: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Credential:
    """A passkey as browsers name it, and how they reach it."""

    id: str  # base64url
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey."""

    credential: Credential
    public_key: str  # base64url
    sign_count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser answered to `request`, not yet verified."""

    credential: str
    handle: str  # of the account that the authenticator names, in hexadecimal; may be empty
    parsed: Any


def registration(
    site: Site, handle: str, name: str, challenge: bytes, held: Sequence[Credential]
) -> Any:
    """Return the options, as JSON objects, with which a browser makes a passkey for an account."""
    import webauthn
    from webauthn.helpers import structs

    wanted = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.REQUIRED,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=bytes.fromhex(handle),
        user_name=name,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        authenticator_selection=wanted,
        exclude_credentials=_descriptors(held),
    )
    return json.loads(webauthn.options_to_json(options))


def request(
    site: Site, challenge: bytes, held: Sequence[Credential] = (), *, verified: bool = True
) -> Any:
    """Return the options, as JSON objects, with which a browser asks for a passkey.

    It is one of those `held`, or any if there are none. If `verified`, the authenticator has to
    check who uses it, which a second factor need not.
    """
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    required, preferred = (
        UserVerificationRequirement.REQUIRED,
        UserVerificationRequirement.PREFERRED,
    )
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        allow_credentials=_descriptors(held),
        user_verification=required if verified else preferred,
    )
    return json.loads(webauthn.options_to_json(options))


def made(site: Site, challenge: bytes, answer: str) -> Made | None:
    """Return the passkey that a browser made; None if the answer isn't right: the log says why."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url, parse_registration_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        parsed = parse_registration_credential_json(answer)
        verified = webauthn.verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    except (WebAuthnException, *MALFORMED) as error:
        note(site, str(error))
        return None
    if len(verified.credential_id) > LONGEST_ID:
        note(site, "the ID is too long")
        return None
    transports = tuple({each.value: None for each in parsed.response.transports or ()})
    return Made(
        Credential(bytes_to_base64url(verified.credential_id), transports),
        bytes_to_base64url(verified.credential_public_key),
        verified.sign_count,
    )


def read(site: Site, answer: str) -> Answer | None:
    """Return what a browser answered to `request`; None if it can't be read."""
    from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        parsed = parse_authentication_credential_json(answer)
    except (WebAuthnException, *MALFORMED) as error:
        note(site, str(error))
        return None
    if bytes_to_base64url(parsed.raw_id) != parsed.id:
        note(site, "the ID isn't base64url")
        return None
    return Answer(parsed.id, (parsed.response.user_handle or b"").hex(), parsed)


def count_of(
    site: Site, challenge: bytes, answer: Answer, public_key: str, count: int, *, verified: bool
) -> int | None:
    """Return how often the passkey has signed by now; None if the signature isn't right.

    `count` is how often it had before. If `verified`, the authenticator must have checked who uses
    it.
    """
    import webauthn
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        signed = webauthn.verify_authentication_response(
            credential=answer.parsed,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=list(site.origins),
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=count,
            require_user_verification=verified,
        )
    except (WebAuthnException, *MALFORMED) as error:
        note(site, str(error))
        return None
    return signed.new_sign_count


def note(site: Site, reason: str) -> None:
    """Log why a passkey was refused; nobody else learns it."""
    log.warning("passkey refused", reason=reason[:300], host=site.host)


def _descriptors(held: Sequence[Credential]) -> "list[PublicKeyCredentialDescriptor]":
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(credential.id),
            transports=[AuthenticatorTransport(each) for each in credential.transports] or None,
        )
        for credential in held
    ]
