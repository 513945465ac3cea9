"""In which order files are taken: long ones first, so that no process is left alone with one."""

BROWSER = "tests/e2e/"
LONG = (
    "tests/install/test_installed.py",
    "tests/services/sip/test_routing_server.py",
    "tests/routes/egress/test_start_refused.py",
    "tests/dev/test_run.py",
    "tests/contracts/",
    "tests/faults/test_pages.py",
    "tests/security/test_log_secrets.py",
    "tests/e2e/test_try.py",
    "tests/e2e/test_axe_pages.py",
    "tests/e2e/test_hostile_names.py",
    "tests/e2e/test_hostile_world.py",
    "tests/e2e/test_watch_room.py",
    "tests/e2e/test_watch_reasons.py",
    "tests/e2e/test_ingress.py",
    "tests/e2e/test_search.py",
    "tests/e2e/test_room_quality.py",
    "tests/e2e/test_narrow.py",
    "tests/e2e/test_axe_dialogs.py",
    "tests/e2e/test_refresh.py",
    "tests/e2e/test_egress_jobs.py",
)


def turn(nodeid: str) -> tuple[bool, int]:
    """Return what to sort tests by: the browser's last, and of both the long files first.

    Playwright's loop runs in the thread that started it, to the end of the run.
    """
    long = next((n for n, name in enumerate(LONG) if nodeid.startswith(name)), len(LONG))
    return nodeid.startswith(BROWSER), long
