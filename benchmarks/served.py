"""`python -m benchmarks.served`: `python -m app` without packages that only development has.

structlog and uvicorn import these if they are installed, which takes 5 MB; the image doesn't have
them.
"""

import os
import sys
from typing import Any

modules: Any = sys.modules
for name in ("rich", "pygments", "colorama", "watchfiles", "sniffio"):
    modules[name] = None  # the import system treats None as not found

if not os.environ.get("DATABASE_URL"):
    modules["greenlet"] = None  # a store needs it

from app.__main__ import main  # noqa: E402

sys.exit(main([]))
