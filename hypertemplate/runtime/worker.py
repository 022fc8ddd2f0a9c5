"""A worker: the process that holds the user's module and runs its trials, one at a time.

`hypertemplate.executors.process` starts it. No exception of the user's code ends it; it ends with `Exit`,
with the end of the stream, or by `hypertemplate.runtime.process.guard`, which started it.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import os
import socket
import sys
from pathlib import Path

from hypertemplate.runtime.own_modules.program_module import take_process
from hypertemplate.runtime.process.channel import Channel
from hypertemplate.runtime.process.fork_safety import Before, flush_native, watched, why_not
from hypertemplate.runtime.process.spared_objects import spare
from hypertemplate.runtime.process.zygote import REQUEST_BYTES, fork_on_request
from hypertemplate.runtime.protocol import OUTPUT, Exit, Forkable, Load, Ready, Run
from hypertemplate.runtime.trial_runner import Worker


def main(connection: int, requests: int | None = None) -> None:
    """Serve a driver until it sends `Exit` or is gone.

    Args:
        connection: descriptor of a socket to the driver.
        requests: descriptor of a socket on which the driver requests more workers; None if it never does.
    """
    os.environ.setdefault("MPLBACKEND", "Agg")  # a window that nobody sees would wait forever
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    # A crash in native code then prints the Python lines that led to it.
    faulthandler.enable()
    for descriptor in (connection, requests):
        if descriptor is not None:
            os.set_inheritable(descriptor, False)
    # Between trials there is no one to tell: Ctrl-C, or a driver that is gone, ends the worker.
    try:
        with (
            contextlib.suppress(ConnectionError),
            contextlib.closing(Channel(socket.socket(fileno=connection))) as channel,
        ):
            serve(channel, connection, requests)
    except KeyboardInterrupt:
        # Python then ends by the signal, which shows what ended it if a trial had been sent.
        sys.excepthook = lambda *_: None
        raise


def serve(channel: Channel, connection: int, requests: int | None) -> None:
    """Answer messages until `Exit` or the end of the stream."""
    worker: Worker | None = None
    attached = False
    while (message := channel.receive()) is not None and not isinstance(message, Exit):
        if isinstance(message, Load):
            take_process(message.program, message.options.argv)
            attached = message.options.attached
            worker = Worker(channel, message)
            with contextlib.ExitStack() as watching:
                before = None if requests is None else watching.enter_context(watched())
                answer = worker.load()
            spare()  # it all lives as long as the process
            if requests is not None and before is not None and isinstance(answer, Ready):
                _be_forked(channel, connection, requests, before)
                worker.take_over()
            channel.send(answer)
        elif isinstance(message, Run) and worker is not None:
            if not attached:
                _print_to(message.folder)
            _forget_peak()
            worker.run(message)
            worker.clear_sessions()


def _be_forked(channel: Channel, connection: int, requests: int, before: Before) -> None:
    """Let workers be forked from this process if that is safe; return in each process that is a worker."""
    with socket.socket(fileno=requests) as asked:
        # The number was sent when this process was started; a driver that is gone has no room.
        reason = why_not(before, int(asked.recv(REQUEST_BYTES) or 0))
        if not reason:
            flush_native()
        channel.send(Forkable(reason))
        if not reason:
            fork_on_request(asked, connection)


def _print_to(folder: str) -> None:
    """Redirect this process's output, and its future children's, to the trial's file from the driver.

    Processes that an earlier trial has started keep printing to that trial's file.
    """
    if not folder:
        return
    descriptor = os.open(Path(folder) / OUTPUT, os.O_WRONLY | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)


def _forget_peak() -> None:
    """Reset the kernel's record of this process's peak memory.

    The report on a killed worker then shows the peak of its last trial.
    """
    # Only Linux has it, and not every container allows writing it.
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
