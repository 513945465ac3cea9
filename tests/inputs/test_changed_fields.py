"""An edit form sends only what was changed: what it showed is read strictly, then compared."""

import pytest

from app.inputs.fields import Input, as_shown, changed


class Sample(Input):
    name: str = "unnamed"
    enabled: bool = False
    notes: str = ""


def test_fields_that_differ_from_what_was_shown_have_changed() -> None:
    form = Sample(name="after", enabled=True, notes="same")
    shown = as_shown('{"name": "before", "enabled": false, "notes": "same", "other": "ignored"}')
    assert changed(form, shown, ["name", "enabled", "notes"]) == ("name", "enabled")
    assert changed(form, shown, ["notes"]) == ()


def test_a_field_that_was_not_shown_had_its_default() -> None:
    assert changed(Sample(), {}, ["name", "enabled", "notes"]) == ()
    assert changed(Sample(name=""), {}, ["name", "enabled", "notes"]) == ("name",)


@pytest.mark.parametrize(
    "text", ["", "[]", "7", '{"name": 1}', '{"name": null}', '{"name": ["a"]}', "[" * 100_000]
)
def test_what_no_form_showed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="out of date"):
        as_shown(text)
