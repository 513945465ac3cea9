"""`python -m benchmarks.served`: `python -m app` as the image has it, without what only tests need.

structlog loads these wherever they are, which costs 4 MB; no production environment has them.
"""

import sys
from typing import Any

modules: Any = sys.modules
for name in ("rich", "pygments", "greenlet", "colorama"):
    modules[name] = None  # "not found", as the import system reads it

from app.__main__ import main  # noqa: E402

sys.exit(main([]))
