"""A worker: the process that holds the user's module and runs its trials, one at a time.

`hypertemplate.executors.process` starts it. Nothing that the user's code raises ends it; what ends it is
`Exit`, the end of the stream, or `hypertemplate.runtime.process.guard`, from which it was started.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import io
import os
import socket
import sys
from pathlib import Path

from hypertemplate.runtime.loaded_program import take_process
from hypertemplate.runtime.process.channel import Channel
from hypertemplate.runtime.process.fork_safety import Before, flush_native, watched, why_not
from hypertemplate.runtime.process.zygote import REQUEST_BYTES, fork_on_request
from hypertemplate.runtime.protocol import OUTPUT, Exit, Forkable, Load, Ready, Run
from hypertemplate.runtime.trial_runner import Worker


def main(connection: int, requests: int | None = None) -> None:
    """Serve a driver until it says `Exit` or is gone.

    Args:
        connection: the descriptor of a socket to the driver.
        requests: the descriptor of a socket on which the driver asks for more workers; None if it never does.
    """
    os.environ.setdefault("MPLBACKEND", "Agg")  # a window that nobody sees would wait for ever
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    # A crash in native code then prints the Python lines that led to it.
    faulthandler.enable()
    for descriptor in (connection, requests):
        if descriptor is not None:
            os.set_inheritable(descriptor, False)
    # Between trials nobody is there to be told: Ctrl-C, or a driver that is gone, ends the worker.
    try:
        with (
            contextlib.suppress(ConnectionError),
            contextlib.closing(Channel(socket.socket(fileno=connection))) as channel,
        ):
            serve(channel, connection, requests)
    except KeyboardInterrupt:
        # Python then ends by the signal, which tells what ended it, should a trial have been on its way.
        sys.excepthook = lambda *_: None
        raise


def serve(channel: Channel, connection: int, requests: int | None) -> None:
    """Answer messages until `Exit` or the end of the stream."""
    worker: Worker | None = None
    attached = False
    while (message := channel.receive()) is not None and not isinstance(message, Exit):
        if isinstance(message, Load):
            take_process(message.program)
            attached = message.options.attached
            worker = Worker(channel, message)
            with contextlib.ExitStack() as watching:
                before = None if requests is None else watching.enter_context(watched())
                answer = worker.load()
            _spare_the_collector()
            if requests is not None and before is not None and isinstance(answer, Ready):
                _be_forked(channel, connection, requests, before)
                worker.take_over()
            channel.send(answer)
        elif isinstance(message, Run) and worker is not None:
            if not attached:
                _print_to(message.folder)
            _forget_peak()
            worker.run(message)


def _be_forked(channel: Channel, connection: int, requests: int, before: Before) -> None:
    """Have workers forked from this process where that is sound; returns in each process that is a worker."""
    with socket.socket(fileno=requests) as asked:
        # It has been there since this process was started; a driver that is gone has no room.
        reason = why_not(before, int(asked.recv(REQUEST_BYTES) or 0))
        if not reason:
            flush_native()
        channel.send(Forkable(reason))
        if not reason:
            fork_on_request(asked, connection)


def _spare_the_collector() -> None:
    """Take what is there after load out of the garbage collector's sight.

    Clearing a Keras session is a full collection, once for each trial: with a framework's million objects it
    took 0.3 s, and without them a twentieth of that (seen with TensorFlow 2.21). They live as long as the
    process in any case.
    """
    gc.collect()
    gc.freeze()


def _print_to(folder: str) -> None:
    """Have this process, and what it starts from now on, print to the trial's file, which the driver made.

    What an earlier trial has started goes on to print to its own.
    """
    if not folder:
        return
    descriptor = os.open(Path(folder) / OUTPUT, os.O_WRONLY | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)


def _forget_peak() -> None:
    """Have the kernel count the most memory that this process had from now on.

    A worker that is killed is then described by what its last trial took.
    """
    # Only Linux has it, and not every container lets it be written.
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
