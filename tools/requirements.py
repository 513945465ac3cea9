"""A poetry.lock as a requirements file with hashes, for `pip install --require-hashes`."""

from __future__ import annotations

import tomllib

HEAD = "# Written by `make lock`. Poetry and its dependencies, verified by hash when installed.\n"


def hashed_requirements(lock: str) -> str:
    """Return the packages of a poetry.lock, pinned, with their markers and all their hashes.

    Every file of a release is listed, so the result serves every platform.
    """
    requirements = []
    for package in tomllib.loads(lock)["package"]:
        marker = f" ; {package['markers']}" if "markers" in package else ""
        hashes = sorted({file["hash"] for file in package["files"]})
        lines = [f"{package['name']}=={package['version']}{marker}"]
        lines += [f"    --hash={value}" for value in hashes]
        requirements.append(" \\\n".join(lines) + "\n")
    return HEAD + "".join(requirements)
