"""Safety check before workers are forked from a process that has loaded the program.

A fork copies one thread and shares every open file. What frameworks have started, such as a thread pool or
a connection to an accelerator, is broken in the copy and often hangs. So none of that may exist: anything
not known to be safe counts as unsafe, which costs only time.
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
"""Files that behave the same for every process that has them open."""

ACCELERATORS = ("/dev/nvidia", "/dev/dri/", "/dev/kfd", "/dev/accel", "/dev/vfio/")
"""Prefixes of the names of accelerators' device files."""

SHARED = ("/dev/zero", "/dev/shm/", "/memfd:", "/SYSV")
"""Prefixes of the names of memory that forked processes share with their parent."""

PREPARED_THREADS = frozenset({"jemalloc_bg_thd"})
"""Names of threads whose library prepares itself for forks.

jemalloc, which PyArrow contains and pandas imports, locks its state around a fork and does the work of its
thread itself in the forked process.
"""

PATIENCE_MS = 5000
"""Milliseconds that a process may take that is forked only to exit."""


class Before(NamedTuple):
    """State of this process before the program was loaded, and the detector of names since.

    Attributes:
        descriptors: open descriptors and their targets.
        shared: shared memory.
        names: detector of names that should differ between workers.
    """

    descriptors: dict[int, str]
    shared: frozenset[str]
    names: DistinctNames


@contextlib.contextmanager
def watched() -> Iterator[Before]:
    """Watch a program being loaded, so that `why_not` can judge it afterwards.

    Raises:
        OSError: the state of this process cannot be read.
    """
    with DistinctNames() as names:
        yield Before(open_descriptors(), shared_memory(), names)


def open_descriptors() -> dict[int, str]:
    """Return the open descriptors of this process and their targets."""
    found = {}
    for entry in (PROCESS / "fd").iterdir():
        # The descriptor of the folder itself is closed again.
        with contextlib.suppress(FileNotFoundError):
            found[int(entry.name)] = str(entry.readlink())
    return found


def shared_memory() -> frozenset[str]:
    """Return the memory that forked processes may write to and share with this one, as device and file.

    A lock in it that a killed worker holds is held forever.
    """
    found = set()
    for line in (PROCESS / "maps").read_text().splitlines():
        _, access, _, device, file, *path = line.split(maxsplit=5)
        if access.startswith("rw-s") and path and path[0].startswith(SHARED):
            found.add(f"{device} {file}")
    return frozenset(found)


def why_not(before: Before, room_bytes: int) -> str:
    """Return the reason why workers must not be forked from this process; empty if they may.

    Args:
        before: result of `watched`.
        room_bytes: most memory that this process may occupy.
    """
    try:
        return next(_reasons(before, room_bytes), "")
    except OSError as error:
        return f"what this process has open cannot be determined: {error}"


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
    # The guard adopts processes that have lost their parent.
    if children(os.getpid()) or children(os.getppid()) != [os.getpid()]:
        yield "a process was started while the template was loaded"
    # Its name, unlike that of another worker's file, would be the same for all workers.
    if getattr(sys.modules.get("tempfile"), "_name_sequence", None) is not None:
        yield "a temporary file was made while the template was loaded"
    threads = _lasting_threads()
    if threads:
        yield f"{threads} thread{'s were' if threads > 1 else ' was'} started while the template was loaded"
    # Each worker gets its own copy of memory whose reference counts or contents change.
    if _resident_bytes() >= room_bytes:
        yield "what the template has loaded takes more than a quarter of the free memory"


def _resident_bytes() -> int:
    return int((PROCESS / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _opened(before: dict[int, str]) -> Iterator[str]:
    """Yield reasons for descriptors opened since: workers would share file offsets and connections."""
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
    """Count the other threads that do not know of forks.

    OpenBLAS starts threads when NumPy is imported, ends them before a fork, and restarts them when needed. So
    the threads are counted after the process has been forked once.
    """
    if _threads():
        _fork_once()
    return _threads()


def _threads() -> int:
    return sum(not _is_prepared(thread) for thread in (PROCESS / "task").iterdir()) - 1


def _is_prepared(thread: Path) -> bool:
    try:
        return (thread / "comm").read_text().strip() in PREPARED_THREADS
    except (FileNotFoundError, ProcessLookupError):
        return True  # it has ended meanwhile


def _fork_once() -> None:
    """Fork a process that exits at once; kill it if it does not."""
    ended, held = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the threads are why this is done
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
    """Flush the output buffers of native code: else each forked process would write them."""
    ctypes.CDLL(None).fflush(None)


def _tensorflow(_: ModuleType) -> bool:
    context = sys.modules.get("tensorflow.python.eager.context")
    made = None if context is None else context.context_safe()
    return made is not None and bool(made._initialized)


def _torch(torch: ModuleType) -> bool:
    return bool(torch.cuda.is_initialized())


_FRAMEWORKS: tuple[tuple[str, Callable[[ModuleType], bool], str], ...] = (
    # JAX warns at every fork: its threads exist as soon as it computes anything.
    ("jax", lambda _: True, "the template has loaded JAX, which cannot be forked"),
    ("tensorflow", _tensorflow, "TensorFlow was initialised while the template was loaded"),
    ("torch", _torch, "CUDA was initialised while the template was loaded"),
)
"""Package, test that its loaded state forbids forking, and the reason."""
