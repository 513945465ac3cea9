"""What the overview found: the problems, and what was and wasn't checked for them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from app.services.server.states import Coverage, Part, Severity


class Problem(StrEnum):
    """The kinds of problems, each with a page about one and a list of all of them."""

    EGRESS_FAILED = auto()
    EGRESS_ORPHANED = auto()
    INGRESS_ERROR = auto()
    DISPATCH_UNTAKEN = auto()
    ROOM_FULL = auto()
    TRUNK_OPEN = auto()
    RULE_CRITICAL = auto()
    CLOCK_SKEW = auto()
    WEBHOOKS_MISSING = auto()
    WORKER_DOWN = auto()
    UNAVAILABLE = auto()


@dataclass(frozen=True, slots=True)
class Target:
    """What a finding leads to: the item with this `id`, or all with the problem if it is empty.

    `room` is that of a dispatch. An unavailable part has its name as `id`.
    """

    problem: Problem
    id: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem in a sentence: `subject`, the name that LiveKit has for it, and `what`.

    `subject` and `name` are empty if it is about several, which are `items` many. `since` is None
    if LiveKit doesn't report when it began.
    """

    severity: Severity
    what: str
    why: str
    target: Target
    subject: str = ""
    name: str = ""
    since: datetime | None = None
    items: int = 1


@dataclass(frozen=True, slots=True)
class Check:
    """How much of a part was checked, and the reason if it isn't everything.

    A partial check has the number of rooms that were checked, `done`, and of all rooms, `total`.
    """

    part: Part
    coverage: Coverage = Coverage.COMPLETE
    reason: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Attention:
    """All findings, failures first, and all checks."""

    findings: tuple[Finding, ...]
    checks: tuple[Check, ...]

    @property
    def failed(self) -> int:
        """The number of failures."""
        return sum(each.severity is Severity.FAILED for each in self.findings)

    @property
    def warnings(self) -> int:
        """The number of warnings."""
        return len(self.findings) - self.failed

    @property
    def complete(self) -> bool:
        """True if every part that is set up was checked."""
        covered = {Coverage.COMPLETE, Coverage.NOT_SET_UP}
        return all(check.coverage in covered for check in self.checks)

    @property
    def all_clear(self) -> bool:
        """True if everything was checked and nothing was found."""
        return self.complete and not self.findings

    @property
    def checked(self) -> tuple[Check, ...]:
        """The checks of which at least a part was made."""
        made = {Coverage.COMPLETE, Coverage.PARTIAL}
        return tuple(check for check in self.checks if check.coverage in made)

    @property
    def unchecked(self) -> tuple[Check, ...]:
        """The checks that weren't made, or only in part."""
        open_ = {Coverage.NONE, Coverage.PARTIAL}
        return tuple(check for check in self.checks if check.coverage in open_)

    @property
    def not_set_up(self) -> tuple[Check, ...]:
        """The checks of parts that this server doesn't have."""
        return tuple(check for check in self.checks if check.coverage is Coverage.NOT_SET_UP)

    def items(self, problem: Problem) -> int:
        """Return how many have a problem."""
        return sum(each.items for each in self.findings if each.target.problem is problem)

    def coverage(self, part: Part) -> Coverage:
        """Return how much of a part was checked."""
        return next(check.coverage for check in self.checks if check.part == part)
