"""EGRESS_PRESETS: what a file of storage presets may contain, and what is said of any other."""

import pickle
from pathlib import Path

import pytest

from app.config.presets import AliossPreset, AzurePreset, GcpPreset, S3Preset
from app.config.settings import load_settings
from app.config.sources import SettingsError
from tests.config.samples import REQUIRED
from tests.support.program import ended

Monkey = pytest.MonkeyPatch
SECRET = "hidden-secret-of-the-presets"
EVERYTHING = """
[[preset]]
name = "Recordings <EU>"
type = "s3"
bucket = "tapes"
region = "eu-central-1"
endpoint = "https://s3.example.com"
path_prefix = "daily/eu/"
access_key = { env = "TAPES_KEY" }
secret = { file = "secret" }
session_token = { env = "TAPES_KEY" }
assume_role_arn = "arn:aws:iam::1:role/r"
assume_role_external_id = { env = "TAPES_KEY" }
force_path_style = true
metadata = { team = "core" }
tagging = "a=1"
content_disposition = "inline"
proxy_url = "http://127.0.0.1:3128"
proxy_username = "p"
proxy_password = { env = "TAPES_KEY" }

[[preset]]
name = "Google"
type = "gcp"
bucket = "b"
credentials = { env = "TAPES_ACCOUNT" }

[[preset]]
name = "Azure"
type = "azure"
account_name = "acc"
account_key = { env = "TAPES_KEY" }
container_name = "c"

[[preset]]
name = "Alibaba"
type = "alioss"
bucket = "b"
access_key = { env = "TAPES_KEY" }
secret = { env = "TAPES_KEY" }
"""
S3 = '[[preset]]\nname = "Tapes"\ntype = "s3"\nbucket = "tapes"\n'
TAPES = 'preset "Tapes": '
WRONG: dict[str, tuple[str, str]] = {
    "no TOML": ("[[preset]\n", "is not valid TOML: "),
    "nothing": ("", "contains no [[preset]] table"),
    "one table": ('[preset]\nname = "Tapes"\n', "contains no [[preset]] table"),
    "another table": (S3 + "[presets]\n", "presets: unknown; only [[preset]] tables are read"),
    "no name": ('[[preset]]\ntype = "s3"\nbucket = "b"\n', "preset 1: name: missing"),
    "empty name": (S3.replace("Tapes", ""), "preset 1: name: missing"),
    "long name": (
        S3.replace("Tapes", "T" * 61),
        f'preset "{"T" * 61}": name: String should have at most 60 characters',
    ),
    "control in a name": (
        S3.replace("Tapes", "a\\nb"),
        'preset "a\\nb": name: can\'t be blank or contain line breaks or other control characters',
    ),
    "number as name": (
        S3.replace('"Tapes"', "5"),
        "preset 1: name: Input should be a valid string",
    ),
    "same name": (S3 + S3, f"{TAPES}name: another preset has the same name"),
    "no type": (
        '[[preset]]\nname = "Tapes"\n',
        f"{TAPES}type: must be one of s3, gcp, azure, alioss",
    ),
    "other type": (S3.replace("s3", "ftp"), f"{TAPES}type: must be one of s3, gcp, azure, alioss"),
    "no bucket": (S3.replace("bucket", "#"), f"{TAPES}bucket: missing"),
    "misspelled": (
        S3 + 'acces_key = "x"\n',
        f"{TAPES}acces_key: unknown; did you mean access_key?",
    ),
    "unknown": (S3 + "zzz = 1\n", f"{TAPES}zzz: unknown"),
    "text for a switch": (
        S3 + 'force_path_style = "yes"\n',
        f"{TAPES}force_path_style: Input should be a valid boolean",
    ),
    "credential in the file": (
        S3 + f'secret = "{SECRET}"\n',
        f'{TAPES}secret: write {{ env = "NAME" }} or {{ file = "PATH" }}, '
        "so that the credential is elsewhere",
    ),
    "two references": (
        S3 + 'secret = { env = "A", file = "b" }\n',
        f'{TAPES}secret: write {{ env = "NAME" }} or {{ file = "PATH" }}, '
        "so that the credential is elsewhere",
    ),
    "variable not set": (
        S3 + 'access_key = { env = "TAPES_KEY" }\nsecret = { env = "NO_SUCH" }\n',
        f"{TAPES}secret: the environment variable NO_SUCH is not set",
    ),
    "variable empty": (
        S3 + 'secret = { env = "TAPES_EMPTY" }\n',
        f"{TAPES}secret: the environment variable TAPES_EMPTY is empty",
    ),
    "no such file": (
        S3 + 'secret = { file = "nowhere" }\n',
        f"{TAPES}secret: cannot read nowhere: No such file or directory",
    ),
    "key without secret": (
        S3 + 'access_key = { env = "TAPES_KEY" }\n',
        f"{TAPES}access_key and secret belong together: set both, or neither",
    ),
    "no service account": (
        S3.replace("s3", "gcp") + 'credentials = { env = "TAPES_KEY" }\n',
        f"{TAPES}credentials: must be the whole JSON file of a service account",
    ),
    "endpoint without scheme": (
        S3 + 'endpoint = "s3.example.com"\n',
        f"{TAPES}endpoint: must look like https://storage.example.com",
    ),
    "password in an endpoint": (
        S3 + f'endpoint = "https://u:{SECRET}@s3.example.com"\n',
        f"{TAPES}endpoint: can't contain a user name or password",
    ),
    "prefix that leaves its folder": (
        S3 + 'path_prefix = "a/../../b"\n',
        f"{TAPES}path_prefix: must be a folder such as recordings/eu",
    ),
}


@pytest.fixture(autouse=True)
def _environment(given: Monkey, bare: Path) -> None:
    given.setenv("TAPES_KEY", SECRET)
    given.setenv("TAPES_EMPTY", "")
    given.setenv("TAPES_ACCOUNT", f'{{"private_key": "{SECRET}"}}')
    (bare / "secret").write_text(f"{SECRET}\n", encoding="utf-8")


def given_file(monkeypatch: Monkey, folder: Path, text: str) -> Path:
    """Put the text into a file that the environment names."""
    path = folder / "presets.toml"
    path.write_text(text or "\n# nothing\n", encoding="utf-8")
    monkeypatch.setenv("EGRESS_PRESETS_FILE", str(path))
    return path


def test_every_type_with_every_field(given: Monkey, bare: Path) -> None:
    given_file(given, bare, EVERYTHING)
    settings = load_settings()
    s3, gcp, azure, alioss = settings.egress_presets
    assert isinstance(s3, S3Preset)
    assert isinstance(gcp, GcpPreset)
    assert isinstance(azure, AzurePreset)
    assert isinstance(alioss, AliossPreset)
    assert [str(each) for each in settings.egress_presets] == [
        "Recordings <EU>",
        "Google",
        "Azure",
        "Alibaba",
    ]
    assert s3.model_fields_set == set(S3Preset.model_fields), "each field is read"
    assert s3.path_prefix == "daily/eu/"
    secrets = [each.get_secret_value() for p in (s3, azure, alioss) for each in p.secrets.values()]
    assert secrets == [SECRET] * 8
    assert SECRET in gcp.secrets["credentials"].get_secret_value()
    assert SECRET not in repr(settings) + str(settings) + settings.model_dump_json()
    for_a_worker = pickle.loads(pickle.dumps(settings))  # noqa: S301
    assert for_a_worker.egress_presets == settings.egress_presets


@pytest.mark.parametrize("case", WRONG)
def test_a_problem_names_file_preset_and_field(given: Monkey, bare: Path, case: str) -> None:
    text, expected = WRONG[case]
    path = given_file(given, bare, text)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    (line,) = refused.value.lines
    assert line.startswith(f"EGRESS_PRESETS: {path}: {expected}"), line
    assert SECRET not in line


def test_the_program_names_all_of_them_and_ends_with_2(bare: Path) -> None:
    path = bare / "presets.toml"
    other = S3.replace("Tapes", "Other").replace("bucket", f'secret = "{SECRET}"\nbukket')
    path.write_text(S3 + "zzz = 1\n" + other, encoding="utf-8")
    ran = ended(bare, **REQUIRED, EGRESS_PRESETS_FILE=str(path))
    assert ran.returncode == 2
    assert ran.stdout == ""
    told = [line.removeprefix(f"EGRESS_PRESETS: {path}: ") for line in ran.stderr.splitlines()]
    assert told == sorted(
        [
            'preset "Other": bucket: missing',
            'preset "Other": bukket: unknown; did you mean bucket?',
            f'preset "Other": secret: {WRONG["two references"][1].partition("secret: ")[2]}',
            'preset "Tapes": zzz: unknown',
        ]
    )
    assert SECRET not in ran.stderr


def test_a_text_in_the_environment_itself(given: Monkey) -> None:
    given.setenv("EGRESS_PRESETS", S3)
    assert [str(each) for each in load_settings().egress_presets] == ["Tapes"]
    given.setenv("EGRESS_PRESETS", S3 + "zzz = 1\n")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert refused.value.lines == [f"EGRESS_PRESETS: {TAPES}zzz: unknown"]
