"""A real livekit-agents worker, run as a program: its jobs do what their metadata says.

    python agent_worker.py AGENT_NAME READY [PORT METRICS_PORT]

Without metadata one joins and stays; `fail` raises before it joins, `leave` ends after; `refuse`
turns the job down.
"""

import asyncio
import math
import sys

from livekit.agents import AgentServer, JobContext, JobExecutorType, JobRequest

STATE = "lk.agent.state"


async def asked(request: JobRequest) -> None:
    """Take the job, or turn it down."""
    if request.job.metadata == "refuse":
        await request.reject()
    else:
        await request.accept(name="Helper", attributes={STATE: "listening"})


async def work(job: JobContext) -> None:
    """Join the room and say so, or fail."""
    if job.job.metadata == "fail":
        raise RuntimeError("this job was to fail")
    await job.connect()
    await job.room.local_participant.set_attributes({STATE: "speaking"})
    if job.job.metadata == "leave":
        job.shutdown("this job was to end")


async def serve(agent_name: str, ready: str, port: int = 0, metrics_port: int = 0) -> None:
    """Register with the server of LIVEKIT_URL, print `ready`, and take jobs until the end."""
    server = AgentServer(
        load_threshold=math.inf,  # a busy machine would refuse jobs
        load_fnc=lambda: 0.0,
        job_executor_type=JobExecutorType.THREAD,
        num_idle_processes=0,
        host="127.0.0.1",
        port=port,
        prometheus_port=metrics_port or None,
    )
    server.rtc_session(work, agent_name=agent_name, on_request=asked)
    server.on("worker_registered", lambda *_: print(ready, flush=True))
    await server.run(devmode=True)


if __name__ == "__main__":
    _, name, shown, *numbers = sys.argv
    asyncio.run(serve(name, shown, *map(int, numbers)))
