"""Loop of the zygote, the process that workers are forked from: it waits for requests and does nothing else.

Each worker gets a guard as if it had been started normally: the zygote forks the guard, the guard forks the
worker and then becomes `hypertemplate.runtime.process.guard`. So the worker's parent is its guard.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
from pathlib import Path

from hypertemplate.runtime.process.guard import FOR_OTHERS, OWN_SCORE, adopt_orphans, follow

REQUEST_BYTES = 1 << 16
"""Upper limit on the size of a request."""

SCORE = "500"
"""Score of a process whose end frees little memory, which its workers share: it goes after them, but before
the driver.
"""


def fork_on_request(requests: socket.socket, connection: int) -> None:
    """Fork a worker for each request; return in the workers, and never in this process.

    A request is a JSON list of the driver's process id and the command of a guard, with three descriptors:
    the worker's socket to the driver, the guard's, and the file to which both print. Or it is the process id
    of a guard that the driver no longer needs.

    Args:
        requests: socket for requests; the process ends when it closes.
        connection: descriptor of this process's socket to the driver; in a worker it becomes the worker's.
    """
    _set_score(SCORE)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in FOR_OTHERS}
    # An ended guard is reaped only when the driver says so: until then its process id is not reused.
    before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    guards: set[int] = set()
    while True:
        request, descriptors, _, _ = socket.recv_fds(requests, REQUEST_BYTES, 3)
        if not request:
            os._exit(0)
        asked = json.loads(request)
        if isinstance(asked, int):
            _end_guard(asked, guards)
            continue
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
        # If there is no room for a process, the driver sees it as dead as soon as its sockets are closed.
        with contextlib.suppress(OSError):
            guard = os.fork()
            if guard == 0:
                break
            guards.add(guard)
        for descriptor in descriptors:
            os.close(descriptor)
    try:
        requests.close()
        driver, command = asked
        own, control, output = descriptors
        _fork_worker(driver, command, control, output)
        for number, action in before.items():
            signal.signal(number, signal.SIG_DFL if action is None else action)
    except BaseException:
        os._exit(127)  # no guard, and no worker
    os.close(control)
    os.dup2(own, connection, inheritable=False)
    os.close(own)


def _end_guard(guard: int, guards: set[int]) -> None:
    """Kill the rest of a guard's process group, and reap the guard; once."""
    if guard in guards:
        guards.remove(guard)
        # If the guard was killed, the worker's processes are in the group that it has led from its first act.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(guard, signal.SIGKILL)
        os.waitpid(guard, 0)


def _fork_worker(driver: int, command: list[str], control: int, output: int) -> None:
    """Become the guard of a worker; return in the worker alone.

    The guard keeps ignoring the signals that the zygote ignores, except that of its worker's end.
    """
    os.setsid()
    adopt_orphans()
    with contextlib.suppress(OSError):
        _set_score(Path(f"/proc/{driver}/oom_score_adj").read_text())
    for standard in (1, 2):
        os.dup2(output, standard)
    os.close(output)
    guard = os.getpid()
    worker = os.fork()
    if worker == 0:
        follow(guard)
        return
    os.write(control, f"{worker} {guard}\n".encode())
    os.set_inheritable(control, True)
    os.execv(command[0], [*command, "adopt", str(control), str(driver), str(worker)])


def _set_score(score: str) -> None:
    # Not every container allows writing it.
    with contextlib.suppress(OSError):
        OWN_SCORE.write_text(score)
