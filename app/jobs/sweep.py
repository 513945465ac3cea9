"""Brings the jobs of the store and the engine's workflows together.

The store decides: a job that waits or runs there gets a workflow if it has none, because it is new,
or because the engine's own tables were lost.
"""

from collections.abc import Collection, Sequence

import structlog
from dbos import DBOS, SetWorkflowID, WorkflowStatus

from app.jobs.context import Context
from app.jobs.work import NAME, work
from app.services.jobs import working
from app.services.jobs.queue import topics_of

QUEUE = "jobs"
TOGETHER = 4  # jobs that one process runs
OVER = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
UNEXPECTED = "The job ended unexpectedly. The dashboard's log says why."

log = structlog.get_logger("jobs")


async def register() -> None:
    """Make the queue of jobs known to the engine. Raises what the engine's database raises."""
    await DBOS.register_queue_async(QUEUE, worker_concurrency=TOGETHER)


async def sweep(context: Context) -> None:
    """Let jobs begin that have no workflow, and end those whose workflow failed.

    Two processes that do it do no harm: the workflow's ID is the job's. Raises StoreError, or what
    the engine's database raises.
    """
    ids = await working.unended(context.store)
    workflows = await _workflows(ids)
    for job_id in ids:
        workflow = workflows.get(job_id)
        if workflow is None:
            await _enqueue(job_id)
        elif workflow.status in OVER:
            await _fail(context, workflow)


async def adopt(context: Context, version: str, living: Collection[str]) -> None:
    """Begin jobs again that belong to another version of the engine, if no process has it any more.

    For one process in the fleet. Raises StoreError, or what the engine's database raises.
    """
    for workflow in (await _workflows(await working.unended(context.store))).values():
        of_other = workflow.app_version not in {version, None}
        if of_other and workflow.status not in OVER and workflow.executor_id not in living:
            await DBOS.delete_workflow_async(workflow.workflow_id)
            await _enqueue(workflow.workflow_id)


async def _workflows(ids: Sequence[str]) -> dict[str, WorkflowStatus]:
    if not ids:
        return {}
    found = await DBOS.list_workflows_async(
        workflow_ids=list(ids), load_input=False, load_output=False
    )
    return {each.workflow_id: each for each in found}


async def _enqueue(job_id: str) -> None:
    with SetWorkflowID(job_id):
        await DBOS.enqueue_workflow_async(QUEUE, work, job_id)


async def _fail(context: Context, workflow: WorkflowStatus) -> None:
    if await working.end(context.store, workflow.workflow_id, UNEXPECTED):
        log.error("job failed", job=workflow.workflow_id, status=workflow.status)
        context.hub.publish(topics_of(workflow.workflow_id))


async def take_over(context: Context, workflow: WorkflowStatus) -> None:
    """Resume a workflow whose process is gone, and say so in the log of its job.

    Raises StoreError, or what the engine's database raises.
    """
    log.warning("job taken over", job=workflow.name, executor=workflow.executor_id)
    if workflow.name != NAME:
        await DBOS.resume_workflow_async(workflow.workflow_id)
        return
    await DBOS.resume_workflow_async(workflow.workflow_id, queue_name=QUEUE)
    text = f"Taken over from process {workflow.executor_id}, which has ended."
    await working.note(context.store, workflow.workflow_id, text)
