"""Which process runs which file: tests that compute beside tests that wait, and long ones first."""

from typing import Any

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

BROWSER = "tests/e2e/"
# One of these asks every route once for all the others.
TOGETHER = "tests/contracts/"
# What takes longest, so that no process is left alone with it at the end; the order is all it is.
LONG = (
    "tests/install/test_installed.py",
    "tests/services/test_sip_routing_server.py",
    "tests/routes/test_egress_start_refused.py",
    "tests/dev/test_run.py",
    "tests/contracts/",
    "tests/faults/test_pages.py",
    "tests/security/test_log_secrets.py",
    "tests/e2e/test_try.py",
    "tests/e2e/test_axe_pages.py",
    "tests/e2e/test_hostile_names.py",
    "tests/e2e/test_hostile_world.py",
    "tests/e2e/test_watch_room.py",
    "tests/e2e/test_ingress.py",
    "tests/e2e/test_search.py",
    "tests/e2e/test_room_quality.py",
    "tests/e2e/test_narrow.py",
    "tests/e2e/test_axe_dialogs.py",
    "tests/e2e/test_refresh.py",
    "tests/e2e/test_egress_jobs.py",
)


def turn(nodeid: str) -> tuple[bool, int]:
    """Give what to sort tests by: the browser's last, and of both the long files first."""
    long = (place for place, name in enumerate(LONG) if nodeid.startswith(name))
    return nodeid.startswith(BROWSER), next(long, len(LONG))


class Turns(LoadFileScheduling):  # type: ignore[misc]
    """Files in their order, but the first process has those of the browser from the start.

    A browser needs the processor all the time, most other tests wait: side by side they take less.
    Playwright's loop runs in its thread to the end, so who began with it goes on with it.
    """

    def __init__(self, *about: Any) -> None:
        super().__init__(*about)
        self._browsing: set[Any] = set()

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else str(super()._split_scope(nodeid))

    def _assign_work_unit(self, node: Any) -> None:
        begun, first = node in self._browsing, len(self.nodes) > 1 and node is self.nodes[0]
        of_browser = [unit for unit in self.workqueue if unit.startswith(BROWSER)]
        if begun and not of_browser:
            node.shutdown()  # the others run what is left
            return
        if of_browser and (begun or first):
            self.workqueue.move_to_end(of_browser[0], last=False)
        if next(iter(self.workqueue)).startswith(BROWSER):
            self._browsing.add(node)
        super()._assign_work_unit(node)
