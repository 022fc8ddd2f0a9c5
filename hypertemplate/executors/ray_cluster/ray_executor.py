"""Executor of trials on the nodes of a Ray cluster, by way of a process that speaks to Ray."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.compiler.program import Program
from hypertemplate.errors import ClusterError, UsageError
from hypertemplate.executors.base import Died, Event, Lost
from hypertemplate.executors.launch import PACKAGE, boot_of
from hypertemplate.executors.ray_cluster.cluster_messages import (
    Begin,
    ClusterRequest,
    Gone,
    Heard,
    Opened,
    Refused,
    Report,
    Restart,
    Said,
    Shown,
    Tell,
    packed,
    unpacked,
)
from hypertemplate.executors.sockets import socket_pair
from hypertemplate.runtime.protocol import Load, Outcome, RuntimeOptions, ToWorker, from_worker, to_line
from hypertemplate.units import counted, listed

INSTALL = 'pip install "hypertemplate[ray]"'

BRIDGE = "hypertemplate.executors.ray_cluster.ray_bridge"

CHUNK = 1 << 20
"""Bytes read at once."""

END_S = 30.0
"""Seconds that the process which speaks to Ray has to end all workers, and a Ray of its own."""

NO_WORKER_S = 300.0
"""Seconds without any worker after which a search ends."""

TAIL_BYTES = 4096
"""Bytes read from the end of what Ray has printed, for the reason of its end."""

FORWARDED = ("KERAS_BACKEND",)
"""Variables of the search that its workers get: they decide what trials compute with."""


_LOG_PREFIX = re.compile(r"\[[^]]*\] \S+:\d+: ")
"""Beginning of a line that Ray logs: time, process and place."""


class RayCluster:
    """Connection to a Ray cluster; `close` ends it, and a Ray of its own.

    Args:
        request: which cluster, and the resources of each worker.

    Raises:
        UsageError: Ray is not installed, or there is no such cluster.
    """

    def __init__(self, request: ClusterRequest) -> None:
        if find_spec("ray") is None:
            raise UsageError(f"{{executor}} ray needs Ray: {INSTALL}", "executor")
        self._buffer = bytearray()
        with contextlib.ExitStack() as kept, contextlib.ExitStack() as lent:
            self._connection, theirs = socket_pair(kept, lent)
            self._printed: IO[bytes] = kept.enter_context(tempfile.TemporaryFile())
            self._process = subprocess.Popen(
                [sys.executable, "-c", boot_of(BRIDGE), str(PACKAGE), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=self._printed,
                stderr=self._printed,
                pass_fds=[theirs.fileno()],
                cwd=tempfile.gettempdir(),  # a file of the user's there must not replace one of Ray's
                start_new_session=True,
            )
            kept.callback(self._end)
            lent.close()
            self.send(request)
            opened = self._opened()
            self._kept = kept.pop_all()
        self.headline = _headline(opened)

    def _opened(self) -> Opened:
        report: object = None
        try:
            while not isinstance(report, (Opened, Refused)):
                report = self.receive(None)
        except ClusterError as error:  # Ray ends the process that finds no cluster
            raise UsageError(f"{{executor}} ray: no cluster answers: {error}", "executor") from None
        if isinstance(report, Refused):
            raise UsageError(f"{{executor}} ray: {report.reason}", "executor")
        return report

    def send(self, message: object) -> None:
        """Send a message; `receive` says if there is nobody any more."""
        with contextlib.suppress(OSError):
            self._connection.sendall(packed(message).encode() + b"\n")

    def receive(self, timeout_s: float | None) -> object | None:
        """Return the next report, or None after `timeout_s` seconds without one (None waits forever).

        Raises:
            ClusterError: the cluster is gone.
        """
        while (end := self._buffer.find(b"\n")) < 0:
            if not select.select([self._connection], [], [], timeout_s)[0]:
                return None
            try:
                data = self._connection.recv(CHUNK)
            except OSError:
                data = b""
            if not data:
                raise ClusterError(f"the Ray cluster is gone: {self._last_words()}")
            self._buffer += data
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        report: object = unpacked(Report, line)
        return report

    def close(self) -> None:
        """End all workers, and a Ray of its own; a second call has no effect."""
        self._kept.close()

    def _end(self) -> None:
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _last_words(self) -> str:
        """Return the last line that Ray printed."""
        size = os.fstat(self._printed.fileno()).st_size
        data = os.pread(self._printed.fileno(), TAIL_BYTES, max(0, size - TAIL_BYTES))
        lines = [line.strip() for line in data.decode(errors="replace").splitlines() if line.strip()]
        return _LOG_PREFIX.sub("", lines[-1]) if lines else "the process that speaks to Ray has ended"


def _headline(opened: Opened) -> str:
    amounts = [
        counted(int(amount), name)
        for name, amount in (("core", opened.totals["CPU"]), ("GPU", opened.totals["GPU"]))
        if amount
    ]
    where = f"Ray {opened.version} at {opened.place}" if opened.place else f"a local Ray {opened.version}"
    return f"{where}: {counted(opened.nodes, 'node')}, {listed(amounts)}"


class RayExecutor:
    """Workers on the nodes of a cluster; see `hypertemplate.executors.base.Executor` for their use.

    Args:
        cluster: connection to the cluster, which `close` closes.
        program: program that each worker loads.
        options: runtime options of trials.
        devices: request for devices and workers; of all nodes together.
        tell: receives notes that come while the search runs.
        folder: folder for files of trials, which nodes have to see too; created if needed.
        explain: whether to tell why workers are not forked.
        environment: variables of the search, some of which workers get.
    """

    in_process = False
    notes: tuple[str, ...] = ()

    def __init__(
        self,
        cluster: RayCluster,
        program: Program,
        options: RuntimeOptions,
        devices: DeviceRequest,
        tell: Callable[[str], None],
        folder: Path,
        *,
        explain: bool = False,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._cluster = cluster
        self._load = Load(program, options)
        self._devices = devices
        self._tell = tell
        self._explain = explain
        self._folder = folder
        self._probe = contextlib.ExitStack()
        self._environment = {name: environment[name] for name in FORWARDED if name in environment}
        self._outputs: dict[int, str] = {}
        self._worn: dict[int, str | None] = {}
        self._there: set[int] = set()
        self._numbers = 0

    @property
    def workers(self) -> int:
        """Number of workers so far, those whose place is free included."""
        return self._numbers

    def start(self, most: int | None = None) -> None:
        """Have each node start its workers; return without waiting for `Ready`.

        Raises:
            UsageError: the folder for files of trials cannot be written.
        """
        token = secrets.token_hex()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = ".hypertemplate-"
            file = tempfile.NamedTemporaryFile("w", prefix=name, dir=self._folder)  # noqa: SIM115 - `close` does
            probe = self._probe.enter_context(file)
            probe.write(token)
            probe.flush()
        except OSError as error:
            raise UsageError(f"{self._folder}: cannot be written: {error.strerror or error}") from error
        self._cluster.send(
            Begin(
                to_line(self._load).decode(),
                self._devices,
                most,
                str(Path.cwd()),
                probe.name,
                token,
                self._environment,
                explain=self._explain,
            )
        )

    def restart(self, worker: int) -> None:
        """Replace a worker that died or is worn."""
        self._cluster.send(Restart(worker))

    def worn(self, worker: int, outcome: Outcome) -> str | None:
        """Return the reason why an idle worker should be replaced, as its node found when the trial ended."""
        return self._worn.get(worker)

    def send(self, worker: int, message: ToWorker) -> None:
        """Send a message to a worker; one that is lost does not get it."""
        self._cluster.send(Tell(worker, to_line(message).decode().rstrip("\n")))

    def attend(self, take: Callable[[Event], None]) -> None:
        """Wait for the next event and pass it to `take`.

        Raises:
            ClusterError: the cluster is gone, or has had no worker for `NO_WORKER_S` seconds.
            UsageError: no node can run what is asked for.
        """
        while True:
            report = self._cluster.receive(NO_WORKER_S)
            match report:
                case Heard():
                    take(self._event(report))
                    return
                case Gone(worker, reason):
                    self._there.discard(worker)
                    take(Event(worker, Lost(reason)))
                    return
                case Said(text):
                    self._tell(text)
                case Shown(text):
                    if sys.stderr is not None:
                        sys.stderr.write(text)
                        sys.stderr.flush()
                case Refused(reason, parameter):
                    raise UsageError(reason, parameter)
                case None if not self._there:
                    raise ClusterError(
                        f"the Ray cluster has had no worker for {NO_WORKER_S:.0f} s: no node has room for one"
                    )

    def _event(self, heard: Heard) -> Event:
        worker = heard.worker
        self._numbers = max(self._numbers, worker + 1)
        self._there.add(worker)
        self._outputs[worker], self._worn[worker] = heard.output, heard.worn
        if heard.died is not None:
            return Event(worker, Died(heard.died))
        return Event(worker, from_worker(heard.line.encode()))

    def output(self, worker: int) -> str:
        """Return the last 20 lines of output of a trial that has ended, as plain text."""
        return self._outputs.get(worker, "")

    def close(self) -> None:
        """End every worker, running or not, and release all resources; a second call has no effect."""
        with self._probe:
            self._cluster.close()
