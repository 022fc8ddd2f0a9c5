"""Whether workers may be forked from a process that has loaded the program.

A fork copies one thread and shares every open file. What frameworks have started, such as a pool of threads
or the connection to an accelerator, is broken in the copy, and often hangs. So nothing of the kind may be
there: what is not known to be sound counts as unsound, which costs only time.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from hypertemplate.runtime.process.distinct_names import DistinctNames
from hypertemplate.runtime.process.guard import children

PROCESS = Path("/proc/self")

HARMLESS = frozenset({"/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"})
"""Files that are the same for whoever has them open."""

ACCELERATORS = ("/dev/nvidia", "/dev/dri/", "/dev/kfd", "/dev/accel", "/dev/vfio/")
"""What the names of accelerators' device files begin with."""

SHARED = ("/dev/zero", "/dev/shm/", "/memfd:", "/SYSV")
"""What the names of memory begin with that a process goes on to share with those forked from it."""

PATIENCE_MS = 5000
"""How long a process may take that is forked only to end."""


class Before(NamedTuple):
    """What this process held before the program was loaded, and what was noticed since.

    Attributes:
        descriptors: the open descriptors, and what each was of.
        shared: the shared memory.
        names: whether names were made that are to differ from worker to worker.
    """

    descriptors: dict[int, str]
    shared: frozenset[str]
    names: DistinctNames


@contextlib.contextmanager
def watched() -> Iterator[Before]:
    """Watch a program being loaded, for `why_not` to tell afterwards.

    Raises:
        OSError: it cannot be seen what this process holds.
    """
    with DistinctNames() as names:
        yield Before(open_descriptors(), shared_memory(), names)


def open_descriptors() -> dict[int, str]:
    """The open descriptors of this process, and what each is of."""
    found = {}
    for entry in (PROCESS / "fd").iterdir():
        # That of the folder itself is closed again.
        with contextlib.suppress(FileNotFoundError):
            found[int(entry.name)] = str(entry.readlink())
    return found


def shared_memory() -> frozenset[str]:
    """The memory that processes forked from this one may write to and have in common, as device and file.

    A lock there that a worker holds when it is killed is held for ever.
    """
    found = set()
    for line in (PROCESS / "maps").read_text().splitlines():
        _, access, _, device, file, *path = line.split(maxsplit=5)
        if access.startswith("rw-s") and path and path[0].startswith(SHARED):
            found.add(f"{device} {file}")
    return frozenset(found)


def why_not(before: Before, room_bytes: int) -> str:
    """Why workers may not be forked from this process, in words; empty if they may.

    Args:
        before: what `watched` gave.
        room_bytes: the most memory that this process may have for it.
    """
    try:
        return next(_reasons(before, room_bytes), "")
    except OSError as error:
        return f"it cannot be seen what this process holds: {error}"


def _reasons(before: Before, room_bytes: int) -> Iterator[str]:
    for package, is_initialised, reason in _FRAMEWORKS:
        module = sys.modules.get(package)
        if module is not None and is_initialised(module):
            yield reason
    if before.names.made:
        yield "a name that differs from worker to worker was made while the template was loaded"
    yield from _opened(before.descriptors)
    if shared_memory() - before.shared:
        yield "the template has made a lock or memory that processes share"
    # What has lost its parent was given to the guard.
    if children(os.getpid()) or children(os.getppid()) != [os.getpid()]:
        yield "a process was started while the template was loaded"
    # Its name, unlike that of another worker's file, would be the same for all.
    if getattr(sys.modules.get("tempfile"), "_name_sequence", None) is not None:
        yield "a temporary file was made while the template was loaded"
    threads = _lasting_threads()
    if threads:
        yield f"{threads} thread{'s were' if threads > 1 else ' was'} started while the template was loaded"
    # Each worker comes to have its own copy of what it counts references of, or changes.
    if _resident_bytes() >= room_bytes:
        yield "what the template has loaded takes more than a quarter of the free memory"


def _resident_bytes() -> int:
    return int((PROCESS / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _opened(before: dict[int, str]) -> Iterator[str]:
    """Of what is open since: workers would move each other's place in a file, and answer for each other."""
    for number, target in open_descriptors().items():
        if before.get(number) == target or target in HARMLESS:
            continue
        if target.startswith(ACCELERATORS):
            yield "an accelerator was opened while the template was loaded"
        elif target.startswith("/"):
            yield f"the template keeps a file open: {target}"
        else:
            yield "the template keeps a connection open"


def _lasting_threads() -> int:
    """How many threads there are that know nothing of forks, beside this one.

    OpenBLAS starts threads when NumPy is imported, ends them before a fork, and starts them anew when they
    are needed. So the threads are counted when the process has been forked once.
    """
    if _threads():
        _fork_once()
    return _threads()


def _threads() -> int:
    return len(list((PROCESS / "task").iterdir())) - 1


def _fork_once() -> None:
    """Fork a process that only ends; one that does not even do that is killed."""
    ended, held = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there are threads is why this is done
        process = os.fork()
    if process == 0:
        os._exit(0)
    os.close(held)
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    if not poll.poll(PATIENCE_MS):
        os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    os.close(ended)


def flush_native() -> None:
    """Write what native code has printed and not written yet: else each forked process would write it."""
    ctypes.CDLL(None).fflush(None)


def _tensorflow(_: ModuleType) -> bool:
    context = sys.modules.get("tensorflow.python.eager.context")
    made = None if context is None else context.context_safe()
    return made is not None and bool(made._initialized)


def _torch(torch: ModuleType) -> bool:
    return bool(torch.cuda.is_initialized())


_FRAMEWORKS: tuple[tuple[str, Callable[[ModuleType], bool], str], ...] = (
    # It warns of every fork: its threads are there as soon as it computes anything.
    ("jax", lambda _: True, "the template has loaded JAX, which cannot be forked"),
    ("tensorflow", _tensorflow, "TensorFlow was initialised while the template was loaded"),
    ("torch", _torch, "CUDA was initialised while the template was loaded"),
)
"""Package, whether what it has loaded can no longer be forked, and the reason then."""
