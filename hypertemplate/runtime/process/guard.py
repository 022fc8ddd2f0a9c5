"""The process between the driver and a worker: all that the worker has started ends with either of them.

It is a script of its own that imports nothing heavy, and has one thread, which nothing that the worker does
can hold up. It starts the worker, tells the driver the worker's process id, and waits. When the worker has
ended, or the driver is gone or has closed its end of the socket, it kills the worker and whatever the
worker has started, and tells how the worker ended.

On Linux that includes processes that have left the worker's group or session, since what has lost its
parent is given to this process. Elsewhere it is the process group.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import socket
import sys
from pathlib import Path
from typing import Any

LINUX = sys.platform == "linux"

# From <linux/prctl.h>.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

OWN_SCORE = Path("/proc/self/oom_score_adj")
"""From -1000 to 1000: how readily the kernel ends this process when memory runs out."""

FOR_OTHERS = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
"""Signals of the terminal, which mean the worker where it has one, and of schedulers, which send one to each
process of a search: worker and driver act on it, and this process is to say how the worker ended."""


def main(control: int, driver: int, connections: list[int], attached: bool, command: list[str]) -> None:
    """Run a worker until it has ended or is to be ended.

    Args:
        control: the descriptor of a socket to the driver. Two lines are written to it: the process ids of the
            worker and of its guard when it has started; its wait status and the most bytes that it had
            resident, when it ended. What the driver writes to it says that the worker is a zygote: those that
            are forked from it then outlive it, as long as the driver wants.
        driver: the driver's process id.
        connections: the worker's own descriptors, which are closed here.
        attached: whether the process group is the driver's; else it is this process's own.
        command: the worker's.
    """
    report, waking, before = _prepare(control)
    adopt_orphans()
    guard = os.getpid()
    worker = os.fork()
    if worker == 0:
        for number, action in before.items():
            signal.signal(number, signal.SIG_IGN if action is signal.SIG_IGN else signal.SIG_DFL)
        _become(command, guard)
    for connection in connections:
        os.close(connection)
    _tell(report, f"{worker} {guard}\n")
    _stand_by(worker, report, driver, waking)
    if not (LINUX or attached):
        os.killpg(0, signal.SIGKILL)


def adopt(control: int, driver: int, worker: int) -> None:
    """Go on as the guard of a worker that this process has forked before it became this program.

    Args:
        control: as in `main`; the process ids have been written.
        driver: the driver's process id.
        worker: the worker's, which may have ended.
    """
    report, waking, _ = _prepare(control)
    _stand_by(worker, report, driver, waking)


def adopt_orphans() -> None:
    """Have what a child of this process leaves behind given to this process, on Linux."""
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def follow(guard: int) -> None:
    """Have this process end with the guard that has forked it, and be the kernel's first choice; on Linux."""
    # Even if the guard itself is killed. Its one thread lives as long as it does.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != guard:
        os._exit(1)
    # When memory runs out the worker is the first to go, never the driver.
    with contextlib.suppress(OSError):
        OWN_SCORE.write_text("1000")


def _prepare(control: int) -> tuple[socket.socket, int, dict[signal.Signals, Any]]:
    """Be ready to stand by.

    Returns:
        The socket to the driver, a descriptor that is readable when a child has ended, and what the signals
        for others did before.
    """
    report = socket.socket(fileno=control)
    report.set_inheritable(False)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in FOR_OTHERS}
    waking, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    return report, waking, before


def _stand_by(worker: int, report: socket.socket, driver: int, waking: int) -> None:
    """Wait until the worker has ended or is to be ended, and report its end."""
    ended, is_zygote = _wait(worker, report, driver, waking)
    if ended is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
        _, status, usage = os.wait4(worker, 0)
        ended = status, usage.ru_maxrss
    elif is_zygote or _said_zygote(report):
        _wait(None, report, driver, waking)
    if LINUX:
        end_descendants()
    status, resident = ended
    _tell(report, f"{status} {resident * (1024 if LINUX else 1)}\n")


def end_descendants() -> None:
    """Kill what this process has started, and what is given to it as those end, until nothing is left."""
    while True:
        for child in children(os.getpid()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def children(parent: int, processes: Path = Path("/proc")) -> list[int]:
    """The ids of the processes that `parent` is the parent of, as the kernel lists them."""
    found = []
    for status in processes.glob("[0-9]*/stat"):
        # It may end while it is looked at.
        with contextlib.suppress(OSError):
            # The program's name stands in parentheses, and may hold any character.
            after_name = status.read_bytes().rpartition(b")")[2].split()
            if int(after_name[1]) == parent:
                found.append(int(status.parent.name))
    return found


def _become(command: list[str], guard: int) -> None:
    """Turn a process that was just forked into the worker; does not return."""
    if LINUX:
        follow(guard)
    try:
        os.execv(command[0], command)
    finally:
        os._exit(127)


def _wait(
    worker: int | None, report: socket.socket, driver: int, waking: int
) -> tuple[tuple[int, int] | None, bool]:
    """Wait for the end of the worker, if there is one to wait for, or of the driver's interest.

    Returns:
        The worker's wait status and most resident memory as the system counts it, None if it runs; and
        whether the driver has said that it is a zygote.
    """
    poll = select.poll()
    poll.register(waking, select.POLLIN)
    poll.register(report, select.POLLIN)
    if (process := _process_descriptor(driver)) is not None:
        poll.register(process, select.POLLIN)
    is_zygote = False
    while True:
        for child, status, resident in _ended():
            if child == worker:
                return (status, resident), is_zygote
        ready = {descriptor for descriptor, _ in poll.poll()}
        if waking in ready:
            os.read(waking, 4096)
        if report.fileno() in ready and _said_zygote(report):
            is_zygote = True
        elif ready - {waking}:
            return None, is_zygote


def _said_zygote(report: socket.socket) -> bool:
    """Whether the driver has said something more, without waiting: there is but one thing to say."""
    try:
        return bool(report.recv(16, socket.MSG_DONTWAIT))
    except OSError:
        return False


def _ended() -> list[tuple[int, int, int]]:
    """The children that have ended since the last look: id, wait status, most resident memory."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while (one := os.wait3(os.WNOHANG))[0]:
            found.append((one[0], one[1], one[2].ru_maxrss))
    return found


def _process_descriptor(process: int) -> int | None:
    """A descriptor that is readable once a process has ended; None where the system has no such thing.

    The end of the socket tells the same, unless the driver has forked a process that holds it open.
    """
    opener = getattr(os, "pidfd_open", None)
    if opener is None:
        return None
    with contextlib.suppress(OSError):
        descriptor: int = opener(process)
        return descriptor
    return None


def _tell(report: socket.socket, line: str) -> None:
    # Without a driver there is nobody to be told.
    with contextlib.suppress(OSError):
        report.sendall(line.encode())


if __name__ == "__main__":
    if sys.argv[1] == "adopt":
        adopt(*map(int, sys.argv[2:]))
    else:
        connections = [int(one) for one in sys.argv[3].split(",")]
        main(int(sys.argv[1]), int(sys.argv[2]), connections, sys.argv[4] == "attached", sys.argv[5:])
