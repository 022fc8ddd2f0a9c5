"""One worker process, and the driver's ends of what connects it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from hypertemplate.errors import WorkerError
from hypertemplate.executors.base import Died
from hypertemplate.executors.output import last_lines
from hypertemplate.runtime.protocol import (
    Drop,
    Failed,
    Finished,
    FromWorker,
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

# The current directory is not on the path while the worker boots, or a user's random.py would stand in
# for Python's. The package is the driver's own, whatever else is installed.
BOOT = """
import sys
if sys.path and not sys.path[0]:
    del sys.path[0]
from importlib.util import module_from_spec, spec_from_file_location
folder, connection, lifeline, attached = sys.argv[1:]
name = "hypertemplate"
spec = spec_from_file_location(name, folder + "/__init__.py", submodule_search_locations=[folder])
sys.modules[name] = module_from_spec(spec)
spec.loader.exec_module(sys.modules[name])
from hypertemplate.runtime.worker import main
main(int(connection), int(lifeline), attached == "attached")
"""

NATIVE_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)


class Child:
    """A worker process.

    Args:
        environment: all its variables.
        show_output: whether what it prints goes to the driver's stderr, else to a file without a name.
        attached: whether it has the driver's terminal, stdin and process group.

    Attributes:
        connection: the socket, for a selector.
        alive: false once `read` has said that it died, or `end` has ended it.
        idle: whether it waits for a message, as far as is known.

    Raises:
        WorkerError: the operating system starts no process.
    """

    def __init__(self, environment: Mapping[str, str], *, show_output: bool, attached: bool) -> None:
        self.alive = True
        self.idle = False
        self._attached = attached
        self._buffer = bytearray()
        self._output: IO[bytes] | None = None
        with contextlib.ExitStack() as kept, contextlib.ExitStack() as lent:
            try:
                self.connection, theirs = socket.socketpair()
                kept.callback(self.connection.close)
                lent.callback(theirs.close)
                waiting, lifeline = os.pipe()
                kept.callback(os.close, lifeline)
                lent.callback(os.close, waiting)
                if not (show_output or attached):
                    self._output = kept.enter_context(_unnamed_file())
                shown = 2 if show_output and not attached else self._output
                words = [str(PACKAGE), str(theirs.fileno()), str(waiting), "attached" if attached else "own"]
                self._process = subprocess.Popen(
                    [sys.executable, "-c", BOOT, *words],
                    stdin=None if attached else subprocess.DEVNULL,
                    stdout=shown,
                    stderr=shown,
                    env=dict(environment),
                    pass_fds=(theirs.fileno(), waiting),
                    start_new_session=not attached,
                )
            except OSError as error:
                raise WorkerError(f"no worker can be started: {error}") from error
            self._descriptors = kept.pop_all()

    def send(self, message: ToWorker) -> None:
        """Send a message; a process that is dead loses it."""
        if isinstance(message, (Run, Load)):
            self.idle = False
            if self._output is not None:
                os.ftruncate(self._output.fileno(), 0)
        elif isinstance(message, Drop):
            self.idle = True
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
            self.end(0.0)
            yield Died(Failed("died", f"the worker sent what is no message: {error}"))
            return
        if over:
            yield Died(Failed("died", self._death()))

    def ended(self) -> bool:
        """Whether the process has ended; a child of it may still hold its socket."""
        return self._process.poll() is not None

    def printed(self) -> str:
        """The last lines that it printed since its last `Run` or `Load`."""
        return "" if self._output is None else last_lines(self._output.fileno())

    def end(self, grace_s: float) -> int:
        """End the process and all that it started, after `grace_s` seconds to end by itself.

        Returns:
            Its exit status, or the negative number of the signal that ended it.
        """
        self.alive = False
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace_s)
        if self._attached:
            self._process.kill()
        else:
            # Also after the process has ended: what it started is in its group.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()

    def release(self) -> None:
        """End the process if it runs, and close every descriptor; `printed` has nothing more to read."""
        if self.alive:
            self.end(0.0)
        self._output = None
        self._descriptors.close()

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
            self.end(0.0)
            return "the worker closed its connection to the driver"
        return describe_status(self.end(0.0))


def describe_status(status: int) -> str:
    """How a process ended, by its exit status or the negative number of a signal.

    >>> describe_status(-9)
    'the worker was killed by signal 9 (SIGKILL): probably out of memory'
    """
    if status >= 0:
        return f"the worker exited with status {status}"
    try:
        name = f" ({signal.Signals(-status).name})"
    except ValueError:
        name = ""
    reason = ""
    if -status == signal.SIGKILL:
        reason = ": probably out of memory"
    elif -status in NATIVE_CRASHES:
        reason = ": a crash in native code"
    return f"the worker was killed by signal {-status}{name}{reason}"


def _unnamed_file() -> IO[bytes]:
    """A file that vanishes with its last descriptor; whoever writes, writes at its end."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked for it closes it
    flags = fcntl.fcntl(file, fcntl.F_GETFL)
    fcntl.fcntl(file, fcntl.F_SETFL, flags | os.O_APPEND)
    return file
