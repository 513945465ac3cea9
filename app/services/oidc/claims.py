"""Claims: what the provider says of a person, and which role that means here."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.config.settings import Settings
from app.services.accounts import names
from app.services.oidc.errors import NoRole

NAMES = ("preferred_username", "email", "sub")
MOST_SHOWN = 10  # values of the claim
LONGEST_EMAIL = 254  # characters (RFC 5321, 4.5.3.1.3)


def found(claims: Mapping[str, Any], name: str) -> object:
    """Return a claim; dots lead into objects. Without such a claim it is None.

    A name with dots that is a claim itself comes first, as in https://example.com/roles.
    """
    if name in claims:
        return claims[name]
    value: object = claims
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def role(claims: Mapping[str, Any], settings: Settings) -> str | None:
    """Return the role of a person by their claims; None if the claims don't decide it.

    The first entry of OIDC_ROLES that the claim has decides, otherwise OIDC_DEFAULT_ROLE. Raises
    NoRole if that isn't set, with the claim that was looked for.
    """
    name = settings.oidc_role_claim
    if not name:
        return None
    values = list(_texts(found(claims, name)))
    for value, meant in settings.role_of:
        if value in values:
            return meant
    if settings.oidc_default_role:
        return settings.oidc_default_role
    if not values:
        raise NoRole(f"{settings.oidc_name}: your account has no claim “{name}” with a value.")
    shown = ", ".join(value[:100] for value in values[:MOST_SHOWN])
    more = ", …" if len(values) > MOST_SHOWN else ""
    raise NoRole(
        f"{settings.oidc_name}: the claim “{name}” of your account is {shown}{more}. "
        "None of that has a role in OIDC_ROLES."
    )


def name(claims: Mapping[str, Any]) -> str:
    """Return the name for the account of a new person; empty if no claim is good as a name."""
    texts = (claims.get(claim) for claim in NAMES)
    return next(
        (names.normal(each) for each in texts if isinstance(each, str) and not names.problem(each)),
        "",
    )


def email(claims: Mapping[str, Any]) -> str:
    """Return the address that the provider has verified, or an empty string."""
    address = claims.get("email")
    usable = isinstance(address, str) and len(address) <= LONGEST_EMAIL and address.isprintable()
    return str(address) if usable and claims.get("email_verified") is True else ""


def lacks(claims: Mapping[str, Any], settings: Settings) -> bool:
    """Return whether the ID token doesn't say what is needed, so that UserInfo has to be read."""
    wanted = settings.oidc_role_claim
    has_role = not wanted or found(claims, wanted) is not None
    return not has_role or not any(claims.get(each) for each in NAMES[:-1])


def _texts(value: object) -> Iterator[str]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str) and each:
            yield each
