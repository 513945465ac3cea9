"""A dashboard below a path of its host, behind a real nginx, in each way that the guide has."""

from pathlib import Path
from typing import Any

from dev.stack import Stack
from tests.deploy.nginx import Nginx
from tests.support.dashboard import Dashboard, managing

BASE = "/livekit"
LOCATIONS = {
    "location / {": f"location = {BASE} {{ return 301 {BASE}/; }}\n    location {BASE}/ {{",
    "location /static/ {": f"location {BASE}/static/ {{",
}
# What the guide says of a proxy that sets the path itself, and of one that takes it off.
BY_HEADER = {
    'proxy_set_header X-Forwarded-Prefix "";': f"proxy_set_header X-Forwarded-Prefix {BASE};"
}
STRIPPED = {f"location {BASE}/ {{": f"location {BASE}/ {{\n        rewrite ^{BASE}(/.*)$ $1 break;"}
WAYS = {
    "by the setting": ({}, {"root_path": BASE}),
    "by the header": (BY_HEADER, {}),
    "with the path taken off": (STRIPPED, {"root_path": BASE}),
}


class BelowAPath:
    """nginx and a dashboard that it serves below `BASE`; `url` is the address of the overview."""

    def __init__(self, stack: Stack, folder: Path, way: str, **more: Any) -> None:
        changes, settings = WAYS[way]
        self.dashboard = Dashboard(**{**managing(stack), "enable_sip": True, **settings, **more})
        port = int(self.dashboard.url.rpartition(":")[2])
        own = {**LOCATIONS}
        for before, after in changes.items():
            if before in own["location / {"]:
                own["location / {"] = own["location / {"].replace(before, after)
            else:
                own[before] = after
        self.nginx = Nginx(folder, [port, port], own)
        self.url = f"{self.nginx.url}{BASE}"

    def __enter__(self) -> "BelowAPath":
        """Start both."""
        self.dashboard.start()
        self.nginx.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop both."""
        self.nginx.__exit__(None, None, None)
        self.dashboard.stop()
