"""The process between the driver and a worker: all that the worker has started ends with either of them.

It is a separate script that imports nothing heavy and has one thread, which the worker cannot block. It
starts the worker, tells the driver the worker's process id, and waits. When the worker has ended, or the
driver is gone or has closed its end of the socket, it kills the worker and everything that the worker has
started, and reports how the worker ended.

On Linux that includes processes that have left the worker's group or session, because this process adopts
orphans. Elsewhere it is the process group.
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
"""File of a score from -1000 to 1000: the kernel's preference for ending this process if memory runs out."""

FOR_OTHERS = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
"""Signals from the terminal, meant for a worker that has it, and from schedulers, which signal each process
of a search: worker and driver act on them, while this process must report how the worker ended.
"""


def main(control: int, driver: int, connections: list[int], attached: bool, command: list[str]) -> None:
    """Run a worker until it has ended or must end.

    Args:
        control: descriptor of a socket to the driver. Two lines are written to it: the process ids of the
            worker and of its guard when it has started; its wait status and its peak resident memory in bytes
            when it has ended. Anything that the driver writes to it says that the worker is a zygote:
            processes forked from it then outlive it, as long as the driver wants.
        driver: process id of the driver.
        connections: the worker's own descriptors, which are closed here.
        attached: whether the process group is the driver's; else it is this process's own.
        command: command line of the worker.
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
    """Continue as the guard of a worker that this process forked before it became this program.

    Args:
        control: as in `main`; the process ids have been written.
        driver: process id of the driver.
        worker: process id of the worker, which may have ended.
    """
    report, waking, _ = _prepare(control)
    _stand_by(worker, report, driver, waking)


def adopt_orphans() -> None:
    """Make this process adopt its children's orphans, on Linux."""
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def follow(guard: int) -> None:
    """Make this process end with the guard that forked it, and be the kernel's first choice; Linux only."""
    # This works even if the guard itself is killed; its one thread lives as long as it does.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != guard:
        os._exit(1)
    # When memory runs out the worker is the first to go, never the driver.
    with contextlib.suppress(OSError):
        OWN_SCORE.write_text("1000")


def _prepare(control: int) -> tuple[socket.socket, int, dict[signal.Signals, Any]]:
    """Prepare to stand by.

    Returns:
        The socket to the driver, a descriptor that is readable when a child has ended, and the previous
        actions of the signals for others.
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
    """Wait until the worker has ended or must end, and report its end."""
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
    """Kill this process's children, and the orphans that it adopts as they end, until none is left."""
    while True:
        for child in children(os.getpid()):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def children(parent: int, processes: Path = Path("/proc")) -> list[int]:
    """Return the ids of the child processes of `parent`, as the kernel lists them."""
    found = []
    for status in processes.glob("[0-9]*/stat"):
        # It may end during this look.
        with contextlib.suppress(OSError):
            # The program's name is in parentheses, and may contain any character.
            after_name = status.read_bytes().rpartition(b")")[2].split()
            if int(after_name[1]) == parent:
                found.append(int(status.parent.name))
    return found


def _become(command: list[str], guard: int) -> None:
    """Turn a newly forked process into the worker; never return."""
    if LINUX:
        follow(guard)
    try:
        os.execv(command[0], command)
    finally:
        os._exit(127)


def _wait(
    worker: int | None, report: socket.socket, driver: int, waking: int
) -> tuple[tuple[int, int] | None, bool]:
    """Wait for the end of the worker, if there is one, or for the driver to lose interest.

    Returns:
        The worker's wait status and peak resident memory in the system's unit, or None if it still runs; and
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
    """Return True if the driver has written again, without waiting; there is only one thing to say."""
    try:
        return bool(report.recv(16, socket.MSG_DONTWAIT))
    except OSError:
        return False


def _ended() -> list[tuple[int, int, int]]:
    """Reap the children that have ended: id, wait status, peak resident memory."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while (one := os.wait3(os.WNOHANG))[0]:
            found.append((one[0], one[1], one[2].ru_maxrss))
    return found


def _process_descriptor(process: int) -> int | None:
    """Open a descriptor that is readable once a process has ended; None if the system does not support that.

    The end of the socket shows the same, unless the driver has forked a process that holds it open.
    """
    opener = getattr(os, "pidfd_open", None)
    if opener is None:
        return None
    with contextlib.suppress(OSError):
        descriptor: int = opener(process)
        return descriptor
    return None


def _tell(report: socket.socket, line: str) -> None:
    # Without a driver nobody listens.
    with contextlib.suppress(OSError):
        report.sendall(line.encode())


if __name__ == "__main__":
    if sys.argv[1] == "adopt":
        adopt(*map(int, sys.argv[2:]))
    else:
        connections = [int(one) for one in sys.argv[3].split(",")]
        main(int(sys.argv[1]), int(sys.argv[2]), connections, sys.argv[4] == "attached", sys.argv[5:])
