"""What a list is filtered by: words in names, and words in metadata."""

import pytest

from app.services.terms import contain, in_metadata, terms


@pytest.mark.parametrize(
    ("q", "text", "metadata"),
    [
        ("", "", ()),
        ("stand-up", "stand-up", ()),
        ("metadata:tenant-7", "", ("tenant-7",)),
        ("stand metadata:tenant-7 up", "stand  up", ("tenant-7",)),
        ("metadata:a metadata:b", "", ("a", "b")),
        ('metadata:"two words" x', "x", ("two words",)),
        ('metadata:"not closed', "", ("not closed",)),
        ('metadata:{"tenant":', "", ('{"tenant":',)),
        # while it is typed, and where it is a part of a name
        ("metadata:", "", ()),
        ('metadata:""', "", ()),
        ("my-metadata:7", "my-metadata:7", ()),
        ("metadata", "metadata", ()),
    ],
)
def test_the_text_is_parted(q: str, text: str, metadata: tuple[str, ...]) -> None:
    assert terms(q) == (text, metadata)


@pytest.mark.parametrize(
    ("parts", "matches"),
    [((), True), (("tenant-7",), True), (("tenant-7", "eu"), True), (("tenant-8",), False)],
)
def test_metadata_has_all_parts_in_any_case(parts: tuple[str, ...], matches: bool) -> None:
    assert in_metadata('{"tenant": "Tenant-7", "region": "EU"}', parts) is matches
    assert in_metadata("", parts) is (parts == ())


def test_names_contain_the_text_in_any_case() -> None:
    assert contain(["Lange Straße"], "strasse")
    assert contain([], "")
    assert not contain(["a"], "b")
