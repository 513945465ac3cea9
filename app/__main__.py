"""`python -m app`: serve the dashboard with the settings of the environment."""

import sys

import uvicorn

from app.logs import configure_logging
from app.main import create_app
from app.settings import SettingsError, load_settings


def main() -> int:
    """Serve until stopped; 2 and one line a setting where the configuration cannot be used."""
    try:
        settings = load_settings()
    except SettingsError as error:
        for line in error.lines:
            print(line, file=sys.stderr)
        return 2
    configure_logging(settings)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        lifespan="on",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=10,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
