"""One worker process, and the driver's ends of what connects it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from hypertemplate.errors import WorkerError
from hypertemplate.executors.base import Died
from hypertemplate.executors.deaths import describe_status
from hypertemplate.executors.output import Output
from hypertemplate.executors.reports import Ending, Report
from hypertemplate.executors.resources import peak_memory, resident_memory
from hypertemplate.runtime.protocol import (
    Drop,
    Failed,
    Finished,
    FromWorker,
    Keep,
    Load,
    LoadFailed,
    Ready,
    Run,
    Saved,
    SaveFailed,
    ToWorker,
    from_worker,
    to_line,
)

GRACE_S = 5.0
"""Seconds that a process has to end after it has closed its socket, or was told to end while idle."""

CHUNK = 1 << 20
"""Bytes that are read at once."""

LONGEST_MESSAGE = 64 * CHUNK
"""Bytes; what goes on for longer without a line end is no message."""

PACKAGE = Path(__file__).resolve().parents[1]

GUARD = str(PACKAGE / "runtime" / "guard.py")

# The current directory is not on the path while the worker boots, or a user's random.py would stand in
# for Python's. The package is the driver's own, whatever else is installed.
BOOT = """
import sys
if sys.path and not sys.path[0]:
    del sys.path[0]
from importlib.util import module_from_spec, spec_from_file_location
folder, connection, attached = sys.argv[1:]
name = "hypertemplate"
spec = spec_from_file_location(name, folder + "/__init__.py", submodule_search_locations=[folder])
sys.modules[name] = module_from_spec(spec)
spec.loader.exec_module(sys.modules[name])
from hypertemplate.runtime.worker import main
main(int(connection), attached == "attached")
"""


class Child:
    """A worker process, behind a `hypertemplate.runtime.guard` that ends it with the driver.

    Args:
        environment: all its variables.
        attached: whether it has the driver's terminal, stdin and process group; what it prints goes there.
        timeout_s: the longest that a trial may take, and the saving of its model; None for no limit.

    Attributes:
        connection: the socket, for a selector.
        alive: false once `read` has said that it died, or `end` has ended it.
        idle: whether it waits for a message, as far as is known.
        due_s: when what it does has taken too long, by `time.monotonic`; None if it has time.

    Raises:
        WorkerError: the operating system starts no process.
    """

    def __init__(
        self, environment: Mapping[str, str], *, attached: bool, timeout_s: float | None = None
    ) -> None:
        self.alive = True
        self.idle = False
        self.due_s: float | None = None
        self._attached = attached
        self._timeout_s = timeout_s
        self._buffer = bytearray()
        self._output: Output | None = None
        self._first_bytes: int | None = None
        with contextlib.ExitStack() as kept, contextlib.ExitStack() as lent:
            try:
                self.connection, theirs = _socket_pair(kept, lent)
                control, guards = _socket_pair(kept, lent)
                self._report = Report(control)
                if not attached:
                    self._output = kept.enter_context(contextlib.closing(Output()))
                shown = None if self._output is None else self._output.fileno()
                here = "attached" if attached else "own"
                guard = [GUARD, str(guards.fileno()), str(os.getpid()), str(theirs.fileno()), here]
                worker = [sys.executable, "-c", BOOT, str(PACKAGE), str(theirs.fileno()), here]
                self._process = subprocess.Popen(
                    [sys.executable, "-I", *guard, *worker],
                    stdin=None if attached else subprocess.DEVNULL,
                    stdout=shown,
                    stderr=shown,
                    env=dict(environment),
                    pass_fds=(theirs.fileno(), guards.fileno()),
                    start_new_session=not attached,
                )
            except OSError as error:
                raise WorkerError(f"no worker can be started: {error}") from error
            self._descriptors = kept.pop_all()

    def send(self, message: ToWorker) -> None:
        """Send a message; a process that is dead loses it.

        Raises:
            WorkerError: the folder of a trial, or the file for its output, cannot be made.
        """
        if isinstance(message, (Run, Load)):
            self._begin(message.folder if isinstance(message, Run) else "")
        if isinstance(message, (Run, Keep)) and self._timeout_s is not None:
            self.due_s = time.monotonic() + self._timeout_s
        if isinstance(message, (Run, Load, Drop)):
            self.idle = isinstance(message, Drop)
        # Of a broken connection `read` finds the end, and says why.
        with contextlib.suppress(OSError):
            self.connection.sendall(to_line(message))

    def read(self) -> Iterator[FromWorker | Died]:
        """What has arrived, without waiting; `Died` after all else if there will never be more."""
        over = self._fill()
        try:
            for line in self._lines():
                yield self._message(line)
        except (ValueError, RecursionError) as error:
            self.end()
            yield Died(Failed("died", f"the worker sent what is no message: {error}"))
            return
        if over:
            yield Died(Failed("died", self._death()))

    def ended(self) -> bool:
        """Whether the process has ended; what it started may still hold its socket."""
        return self._process.poll() is not None

    def overdue(self) -> bool:
        """Whether what it does has taken too long."""
        return self.due_s is not None and time.monotonic() >= self.due_s

    def printed(self) -> str:
        """The last lines that it printed since its last `Run` or `Load`."""
        return "" if self._output is None else self._output.last_lines()

    def printed_since(self) -> str:
        """What it has printed since the last call, as it is."""
        return "" if self._output is None else self._output.new()

    def resident_bytes(self) -> int | None:
        """What memory it has now, where that is known."""
        process = self._report.process(GRACE_S)
        return None if process is None else resident_memory(process)

    def peak_bytes(self) -> int | None:
        """The most memory that it had since it was last sent a `Run`, where that is known."""
        process = self._report.process(GRACE_S)
        return None if process is None else peak_memory(process)

    def grown_bytes(self) -> int:
        """By how much its memory has grown since its first trial ended; 0 where that is not known."""
        now = self.resident_bytes()
        return 0 if now is None or self._first_bytes is None else now - self._first_bytes

    def end(self, grace_s: float = 0.0) -> int:
        """End the process and all that it started, after `grace_s` seconds to end by itself.

        Returns:
            Its exit status, or the negative number of the signal that ended it.
        """
        self.alive = False
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_s)
        self._report.let_go()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_S)
        if self._attached:
            self._process.kill()
        else:
            # Should the guard have been killed: what the worker started is in its group.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()

    def release(self) -> None:
        """End the process if it runs, and close every descriptor; `printed` has nothing more to read."""
        if self.alive:
            self.end()
        self._output = None
        self._descriptors.close()

    def _begin(self, folder: str) -> None:
        if self._output is not None:
            try:
                self._output.begin(folder)
            except OSError as error:
                raise WorkerError(f"there is no place for what a trial prints: {error}") from error

    def _fill(self) -> bool:
        """Read what has arrived; whether that was all that will ever arrive."""
        ended = self.ended()
        try:
            data = self.connection.recv(CHUNK, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return ended
        except OSError:
            return True
        self._buffer += data
        return not data

    def _lines(self) -> Iterator[bytes]:
        while (length := self._buffer.find(b"\n") + 1) > 0:
            line = bytes(self._buffer[:length])
            del self._buffer[:length]
            yield line
        if len(self._buffer) > LONGEST_MESSAGE:
            raise ValueError(f"a line of more than {LONGEST_MESSAGE} bytes")

    def _message(self, line: bytes) -> FromWorker:
        message = from_worker(line)
        if isinstance(message, Finished) and self._first_bytes is None:
            self._first_bytes = self.resident_bytes()
        if isinstance(message, (Finished, Saved, SaveFailed)):
            self.due_s = None
        if isinstance(message, (Ready, LoadFailed, Saved, SaveFailed)):
            self.idle = True
        elif isinstance(message, Finished):
            self.idle = not message.has_model
        return message

    def _death(self) -> str:
        """Make sure that the process is dead, and say how it died."""
        try:
            # Its socket is closed a moment before it has ended.
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self.end()
            return "the worker closed its connection to the driver"
        status = self.end()
        # A guard that was killed reports nothing, and its own end is that of its worker.
        return describe_status(*(self._report.ending() or Ending(status, 0)))


def _socket_pair(
    kept: contextlib.ExitStack, lent: contextlib.ExitStack
) -> tuple[socket.socket, socket.socket]:
    """Two connected sockets: one for the driver, one for the process that is started."""
    ours, theirs = map(_above_standard, socket.socketpair())
    kept.callback(ours.close)
    lent.callback(theirs.close)
    return ours, theirs


def _above_standard(one: socket.socket) -> socket.socket:
    """A socket whose descriptor is not that of stdin, stdout or stderr, should the driver have closed one."""
    if one.fileno() > 2:
        return one
    with one:
        return socket.socket(fileno=fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 3))
