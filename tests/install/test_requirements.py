"""The packages that build the wheel are pinned and verified by hash."""

import re

from tools.requirements import hashed_requirements
from tools.toolbox import PACKAGES, REQUIREMENTS

LOCK = """
[[package]]
name = "anyio"
version = "4.16.0"
markers = "sys_platform != \\"emscripten\\""
files = [
    {file = "anyio.whl", hash = "sha256:bb"},
    {file = "anyio.tar.gz", hash = "sha256:aa"},
]
[[package]]
name = "build"
version = "1.6.1"
files = [{file = "build.whl", hash = "sha256:cc"}]
"""


def test_a_lock_becomes_requirements_with_hashes() -> None:
    lines = hashed_requirements(LOCK).splitlines()
    assert lines[1:] == [
        'anyio==4.16.0 ; sys_platform != "emscripten" \\',
        "    --hash=sha256:aa \\",
        "    --hash=sha256:bb",
        "build==1.6.1 \\",
        "    --hash=sha256:cc",
    ]


def test_every_package_of_the_toolbox_has_its_hashes() -> None:
    text = REQUIREMENTS.read_text("utf-8").replace("\\\n", "")
    requirements = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(requirements) > 40
    pattern = r"[a-z0-9-]+==\S+( ; [^\\]+?)?( +--hash=sha256:[0-9a-f]{64})+"
    assert [line for line in requirements if not re.fullmatch(pattern, line)] == []
    assert set(PACKAGES) <= {line.split()[0] for line in requirements}
