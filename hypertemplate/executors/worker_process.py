"""One worker process, and the driver's ends of its connections."""

from __future__ import annotations

import contextlib
import errno
import socket
import time
from collections.abc import Iterator, Mapping, Sequence

from hypertemplate.errors import NoProcessError, UsageError
from hypertemplate.executors.base import Died
from hypertemplate.executors.exit_status import death
from hypertemplate.executors.guard_reports import Ending, Report
from hypertemplate.executors.launch import Ends, Start
from hypertemplate.executors.output import Output
from hypertemplate.executors.resources import peak_memory, resident_memory
from hypertemplate.executors.sockets import socket_pair
from hypertemplate.runtime.protocol import (
    Drop,
    Exit,
    Failed,
    Finished,
    FromWorker,
    Keep,
    Load,
    LoadFailed,
    Ready,
    Run,
    RuntimeOptions,
    Saved,
    SaveFailed,
    ToWorker,
    from_worker,
    to_line,
)

GRACE_S = 5.0
"""Seconds that a process has to end after it has closed its socket, or was told to end while idle."""

CHUNK = 1 << 20
"""Bytes read at once."""

LONGEST_MESSAGE = 64 * CHUNK
"""Most bytes of a message; more without a line ending is not a message."""

USED_UP = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE)
"""Errors of an operating system that has run out of a resource."""


class Child:
    """A worker process, behind a `hypertemplate.runtime.process.guard` that ends it with the driver.

    Args:
        environment: all environment variables.
        options: runtime options of trials; if attached, its output goes to the driver's terminal.
        start: function that starts the process.

    Attributes:
        connection: the socket, for a selector.
        alive: False once `read` has reported its death, or `end` has ended it.
        idle: whether it waits for a message, as far as is known.
        due_s: deadline of its current work, by `time.monotonic`; None for none.

    Raises:
        NoProcessError: the operating system does not start a process.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        options: RuntimeOptions,
        start: Start,
    ) -> None:
        self.alive = True
        self.idle = False
        self.due_s: float | None = None
        self._timeout_s = options.trial_timeout_s
        self._buffer = bytearray()
        self._output: Output | None = None
        self._first_bytes: int | None = None
        self._kept_bytes = 0
        with contextlib.ExitStack() as kept, contextlib.ExitStack() as lent:
            try:
                self.connection, theirs = socket_pair(kept, lent)
                control, guards = socket_pair(kept, lent)
                self._report = Report(control)
                if not options.attached:
                    self._output = kept.enter_context(contextlib.closing(Output()))
                shown = None if self._output is None else self._output.fileno()
                self._process = start(
                    Ends(environment, options.attached, theirs, guards, shown, self._report)
                )
            except OSError as error:
                raise NoProcessError(f"no worker can be started: {_refusal(error)}") from error
            self._descriptors = kept.pop_all()

    def send(self, message: ToWorker) -> None:
        """Send a message; a dead process loses it.

        Raises:
            UsageError: the folder of a trial, or the file for its output, cannot be created.
        """
        if isinstance(message, (Run, Load)):
            self._begin(message.folder if isinstance(message, Run) else "")
        if isinstance(message, (Run, Keep)) and self._timeout_s is not None:
            self.due_s = time.monotonic() + self._timeout_s
        if isinstance(message, (Run, Load, Drop)):
            self.idle = isinstance(message, Drop)
        # `read` finds the end of a broken connection, and the reason.
        with contextlib.suppress(OSError):
            self.connection.sendall(to_line(message))

    def read(self) -> Iterator[FromWorker | Died]:
        """Yield the messages that have arrived, without waiting; `Died` last if there will be no more."""
        over = self._fill()
        try:
            for line in self._lines():
                yield self._message(line)
        except (ValueError, RecursionError) as error:
            self.end()
            yield Died(Failed("died", f"the worker sent an invalid message: {error}"))
            return
        if over:
            yield Died(self._death())

    def ended(self) -> bool:
        """Return True if the process has ended; its children may still hold its socket."""
        return self._process.ended()

    def overdue(self) -> bool:
        """Return True if its current work is past the deadline."""
        return self.due_s is not None and time.monotonic() >= self.due_s

    def printed(self) -> str:
        """Return the last lines of its output since its last `Run` or `Load`."""
        return "" if self._output is None else self._output.last_lines()

    def printed_since(self) -> str:
        """Return its raw output since the last call."""
        return "" if self._output is None else self._output.new()

    def resident_bytes(self) -> int | None:
        """Return its resident memory in bytes, or None if unknown."""
        process = self._report.process(GRACE_S)
        return None if process is None else resident_memory(process)

    def peak_bytes(self) -> int | None:
        """Return its peak memory in bytes since its last `Run`, or None if unknown."""
        process = self._report.process(GRACE_S)
        return None if process is None else peak_memory(process)

    def grown_bytes(self) -> int:
        """Return the growth of its memory in bytes since the end of its first trial; 0 if unknown.

        Data that it keeps for later trials has a budget of its own, and is no growth.
        """
        now = self._own_bytes()
        return 0 if now is None or self._first_bytes is None else now - self._first_bytes

    def _own_bytes(self) -> int | None:
        """Return its resident memory without the data that it keeps for later trials."""
        now = self.resident_bytes()
        return None if now is None else now - self._kept_bytes

    def end(self, grace_s: float = 0.0) -> int:
        """End the process and all that it started, after `grace_s` seconds to end by itself.

        Returns:
            Its exit status, or the negative number of the signal that ended it.
        """
        self.alive = False
        self._process.wait(grace_s)
        self._report.let_go()
        self._process.wait(GRACE_S)
        return self._process.kill()

    def spare(self) -> None:
        """Let processes forked from it outlive it, until `end` is called."""
        self._report.spare()

    def take_output(self, other: Child) -> None:
        """Take over another worker's output; `printed_since` does not return it."""
        if self._output is not None and other._output is not None:
            self._output.copy(other._output)

    def release(self) -> None:
        """End the process if it runs, and close every descriptor; `printed` then returns nothing."""
        if self.alive:
            self.end()
        self._output = None
        self._descriptors.close()

    def _begin(self, folder: str) -> None:
        if self._output is not None:
            try:
                self._output.begin(folder)
            except OSError as error:
                raise UsageError(
                    f"{folder or 'what a worker prints'}: cannot be written: {error.strerror or error}; what "
                    "the study held before is safe, and the search can be resumed"
                ) from error

    def _fill(self) -> bool:
        """Read the data that have arrived; return True if there will be no more."""
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
        if isinstance(message, Finished):
            self._kept_bytes = self._kept_bytes if message.data is None else message.data.kept_bytes
            self._first_bytes = self._own_bytes() if self._first_bytes is None else self._first_bytes
        if isinstance(message, (Finished, Saved, SaveFailed)):
            self.due_s = None
        if isinstance(message, (Ready, LoadFailed, Saved, SaveFailed)):
            self.idle = True
        elif isinstance(message, Finished):
            self.idle = not message.has_model
        return message

    def _death(self) -> Failed:
        """Make sure that the process is dead, and return how it died."""
        # Its socket is closed a moment before it has ended.
        if not self._process.wait(GRACE_S):
            self.end()
            return Failed("died", "the worker closed its connection to the driver")
        status = self.end()
        # A killed guard reports nothing; its own status then stands for its worker's.
        return death(*(self._report.ending() or Ending(status, 0)))


def let_end(children: Sequence[Child]) -> None:
    """Tell workers to end; an idle one may take its time, at most `GRACE_S`."""
    for child in children:
        child.send(Exit())
    latest_s = time.monotonic() + GRACE_S
    for child in children:
        # A busy worker would not read the message; an idle one may have files to write.
        child.end(max(0.0, latest_s - time.monotonic()) if child.idle else 0.0)


def _refusal(error: OSError) -> str:
    """Return the reason why the operating system starts no process, with advice."""
    if error.errno in USED_UP:
        return f"{error.strerror}; see ulimit -a, or run fewer workers"
    return str(error)
