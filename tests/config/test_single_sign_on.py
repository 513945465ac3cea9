"""Settings of single sign-on: what is wrong, or missing for another, is named in one clear line."""

import pytest

from tests.config.samples import NEEDS, PRODUCTION
from tests.config.test_refused import clear, refusal

WRONG: dict[str, list[str]] = {
    "OIDC_ISSUER": [
        "id.example.com",
        "ftp://id.example.com",
        "https://user:hidden@id.example.com",
        "https://id.example.com/?hidden",
        "https://id.example.com:0",
        "https://id example.com",
        "https://" + "x" * 500,
    ],
    "OIDC_NAME": ["hidden\nline", "x" * 41],
    "OIDC_SCOPES": ["profile email"],
    "OIDC_ROLES": ["hidden", "=admin", "hidden=", "hidden=" + "x" * 65],
    "OIDC_DEFAULT_ROLE": ["hidden\nrole", "hidden" * 11],
    "TRUSTED_USER_HEADER": ["Authorization", "cookie", "X_User", "X User", "X-Us\u00e9r"],
    "TRUSTED_USER_ROLE": ["hidden\trole"],
}
CASES = [(name, text) for name, texts in WRONG.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), CASES)
def test_a_wrong_value_is_named(given: pytest.MonkeyPatch, name: str, text: str) -> None:
    for other, value in NEEDS.get(name, {}).items():
        given.setenv(other, value)
    given.setenv(name, text)
    lines = refusal()
    assert len(lines) == 1
    assert clear(lines[0], name), lines


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"OIDC_ISSUER": "https://id.example.com"}, "OIDC_CLIENT_ID"),
        ({"OIDC_ROLE_CLAIM": "groups"}, "OIDC_ROLES"),
        ({"OIDC_ROLES": "a=admin"}, "OIDC_ROLES"),
        (
            PRODUCTION | {"OIDC_ISSUER": "http://id.example.com", "OIDC_CLIENT_ID": "x"},
            "ENVIRONMENT",
        ),
        ({"TRUSTED_USER_HEADER": "X-User", "TRUSTED_PROXIES": "10.0.0.1,*"}, "TRUSTED_PROXIES"),
    ],
)
def test_what_single_sign_on_needs_is_named(
    given: pytest.MonkeyPatch, settings: dict[str, str], name: str
) -> None:
    for setting, text in settings.items():
        given.setenv(setting, text)
    lines = refusal()
    assert len(lines) == 1
    assert clear(lines[0], name), lines
