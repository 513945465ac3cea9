"""What administrators enter about roles."""

from collections.abc import Iterator

from app.inputs.fields import Input
from app.labels.permissions import ALWAYS, BY_NAME
from app.security.roles import Permission
from app.services.accounts.roles import name_problem


class RoleForm(Input):
    """A name and the permissions; opening the dashboard is always among them."""

    name: str
    permission: tuple[Permission, ...] = ()

    @property
    def given(self) -> frozenset[str]:
        """The permissions by name."""
        return frozenset({ALWAYS, *map(str, self.permission)})

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield why the name isn't accepted, and which permission is of no use without another."""
        if problem := name_problem(self.name):
            yield "name", problem
        for name in sorted(self.given):
            needed = BY_NAME[name].needs
            if needed and needed not in self.given:
                text = f"“{BY_NAME[name].title}” also needs “{BY_NAME[needed].title}”."
                yield "permission", text
                return


class DeleteRole(Input):
    """A question that is only confirmed."""
