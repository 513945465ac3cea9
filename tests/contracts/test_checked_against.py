"""One place names the LiveKit release that pages and comments speak of."""

from app.services.livekit.versions import CHECKED_AGAINST
from dev.gobuilds import LIVEKIT_VERSION
from tests.contracts.tree import APP, ROOT, label, own_static, python_files, templates

VERSIONS = APP / "services" / "livekit" / "versions.py"


def test_only_one_module_names_it() -> None:
    files = [*python_files("app"), *templates(), *own_static(".js", ".css")]
    named = {label(path) for path in files if CHECKED_AGAINST in path.read_text("utf-8")}
    assert named == {label(VERSIONS)}


def test_the_tests_run_this_release() -> None:
    assert f"v{CHECKED_AGAINST}" == LIVEKIT_VERSION


def test_the_documentation_names_it() -> None:
    upgrading = (ROOT / "docs" / "upgrading.md").read_text("utf-8")
    assert f"livekit-server {CHECKED_AGAINST}" in upgrading
