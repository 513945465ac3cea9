"""Templates compiled once for the run: each of its hundreds of dashboards would compile its own."""

from functools import partial
from types import CodeType

from jinja2 import Environment
from jinja2.bccache import Bucket, BytecodeCache

from app.web import environments
from app.web.assets import Assets

Key = tuple[str, str, str, str]


class Compiled(BytecodeCache):
    """Compiled templates by their text, and by the addresses that they have as constants."""

    def __init__(self) -> None:
        self._codes: dict[Key, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Set the code of a text that was compiled before."""
        bucket.code = self._codes.get(_key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what Jinja compiled."""
        if bucket.code is not None:
            self._codes[_key(bucket)] = bucket.code


def _key(bucket: Bucket) -> Key:
    assets: Assets = bucket.environment.filters["static"].__self__
    return bucket.key, bucket.checksum, assets.base, assets.hash


def share_compiled() -> None:
    """Let all dashboards of this process share what is compiled."""
    vars(environments)["Environment"] = partial(Environment, bytecode_cache=Compiled())
