"""The forms of agents: create and delete a dispatch."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from app.inputs.fields import Attributes, Input, Metadata, ShortName, texts_by_name
from app.services.agents.states import RestartPolicy
from app.services.rooms.new_agents import NewAgent, deployment_problem


def _may_be_deployment(text: str) -> str:
    problem = deployment_problem(text)
    if problem:
        raise ValueError(problem)
    return text


class CreateDispatch(Input):
    """Dispatch an agent to a room; without a name, one of the workers that have none."""

    agent_name: str = ""
    room: ShortName
    metadata: Metadata = ""
    deployment: Annotated[str, AfterValidator(_may_be_deployment)] = ""
    attributes: Attributes = ""
    restart_policy: Literal["on_failure", "never"] = "on_failure"

    @property
    def agent(self) -> NewAgent:
        """The agent to dispatch."""
        return NewAgent(
            agent_name=self.agent_name,
            metadata=self.metadata,
            restart_policy=RestartPolicy(self.restart_policy),
            deployment=self.deployment,
            attributes=texts_by_name(self.attributes),
        )


class DeleteDispatch(Input):
    """Delete a dispatch; the form has no fields."""
