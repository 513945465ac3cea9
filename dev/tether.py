"""Run another program in this process, and end it when the parent process ends.

python tether.py PARENT_PID PROGRAM ARGUMENT...

This is a separate script because Popen's preexec_fn is unsafe in a process with threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """On Linux, request a signal when the parent ends; then run the program."""
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # the parent may have ended before the request
    if os.getppid() != int(parent):
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
