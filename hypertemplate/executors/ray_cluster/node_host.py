"""Host of a node's workers: the object that Ray places on each node, with that node's executor."""

from __future__ import annotations

import os
import queue
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import cast

from hypertemplate.accelerators.detect.machine import Device, Ignored
from hypertemplate.accelerators.local_plan import Sight, look, plan_for
from hypertemplate.accelerators.plan.device_request import DeviceRequest
from hypertemplate.accelerators.plan.plan import Plan
from hypertemplate.compiler.program import Program
from hypertemplate.errors import HypertemplateError, UsageError
from hypertemplate.executors.base import Died, Event
from hypertemplate.executors.factory import worker_processes
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.executors.ray_cluster.cluster_messages import (
    Begin,
    Begun,
    Heard,
    Order,
    Restart,
    Said,
    Shown,
    Tell,
    packed,
    unpacked,
)
from hypertemplate.runtime.protocol import (
    Finished,
    FromWorker,
    Load,
    LoadFailed,
    Outcome,
    Saved,
    SaveFailed,
    to_line,
    to_worker,
)

IDLE_S = 60.0
"""Seconds after which a host that hears nothing looks again."""

_END = ""
"""Line that ends the host."""

_GRANTED = {"nvidia": "GPU", "amd": "GPU", "tpu": "TPU"}
"""Ray's names of the families of accelerators that it grants."""


class NodeHost:
    """Workers of one node, between the process that speaks to Ray and the node's `ProcessExecutor`.

    Its methods take and return texts. `hear` waits in a thread of its own; the executor is used by one
    thread alone.
    """

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._heard: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._woken, self._waker = socket.socketpair()
        self._outcomes: dict[int, Outcome] = {}
        self._thread: threading.Thread | None = None
        self._failure = ""

    def begin(self, text: str) -> str:
        """Plan the node and start its workers.

        Args:
            text: a `Begin`.

        Returns:
            A `Begun`.
        """
        return packed(self._begin(cast("Begin", unpacked(Begin, text))))

    def _begin(self, begin: Begin) -> Begun:
        version: str = import_module("hypertemplate").__version__
        os.environ.update(begin.environment)
        if os.environ.get("OMP_NUM_THREADS") == str(begin.cores):
            del os.environ["OMP_NUM_THREADS"]  # Ray's own: the workers share the cores
        try:
            is_shared = Path(begin.probe).read_text(encoding="utf-8") == begin.token
            os.chdir(begin.cwd)
        except OSError:
            is_shared = False
        if not is_shared:
            text = f"it does not see the search's own files in {begin.cwd} and {Path(begin.probe).parent}"
            text = f"{text}: nodes need a file system in common"
            return Begun(version=version, refusal=text, parameter="executor")
        load = cast("Load", to_worker(begin.load.encode()))
        try:
            plan = planned_within(begin, load.program)
        except HypertemplateError as error:
            parameter = error.parameter if isinstance(error, UsageError) else ""
            return Begun(version=version, refusal=getattr(error, "text", str(error)), parameter=parameter)
        tell = self._say if begin.explain else None
        executor = worker_processes(
            load.program, load.options, plan, tell, cores=begin.cores, show=self._show
        )
        executor.wake_by(self._woken)
        self._thread = threading.Thread(target=self._serve, args=(executor, begin.most), daemon=True)
        self._thread.start()
        return Begun(plan.headline, plan.notes, version)

    def tell(self, orders: list[str]) -> None:
        """Pass on orders: a `Tell` or a `Restart` each."""
        for order in orders:
            self._orders.put(order)
        self._waker.send(b".")

    def hear(self) -> list[str]:
        """Wait for reports, and return all that there are: a `Heard`, a `Said` or a `Shown` each.

        Raises:
            RuntimeError: the host has failed.
        """
        reports = [self._heard.get()]
        while not self._heard.empty():
            reports.append(self._heard.get())
        if _END in reports:
            raise RuntimeError(self._failure)
        return reports

    def end(self) -> None:
        """End all workers."""
        if self._thread is not None:
            self.tell([_END])
            self._thread.join()

    def _serve(self, executor: ProcessExecutor, most: int | None) -> None:
        """Run the executor until it is told to end."""
        try:
            executor.start(most)
            for note in executor.notes:
                self._say(note)
            while self._obey(executor):
                event = executor.receive(IDLE_S)
                if event is not None:
                    self._heard.put(packed(self._report(executor, event)))
        except HypertemplateError as error:
            self._failure = str(error)
            self._heard.put(_END)
        finally:
            executor.close()

    def _obey(self, executor: ProcessExecutor) -> bool:
        """Carry out the orders that have come; return False if the host is to end."""
        self._woken.setblocking(False)
        try:
            self._woken.recv(4096)
        except BlockingIOError:
            return True
        while not self._orders.empty():
            line = self._orders.get()
            if line == _END:
                return False
            match unpacked(Order, line):
                case Tell(worker, text):
                    executor.send(worker, to_worker(text.encode()))
                case Restart(worker):
                    executor.restart(worker)
        return True

    def _report(self, executor: ProcessExecutor, event: Event) -> Heard:
        worker, message = event.worker, event.message
        if isinstance(message, Died):
            return Heard(worker, died=message.reason, output=executor.output(worker))
        told = cast("FromWorker", message)
        line = to_line(told).decode().rstrip("\n")
        if isinstance(told, LoadFailed):
            return Heard(worker, line, output=executor.output(worker))
        if isinstance(told, Finished):
            self._outcomes[worker] = told.outcome
        if isinstance(told, (Finished, Saved, SaveFailed)):
            worn = executor.worn(worker, self._outcomes[worker])
            return Heard(worker, line, output=executor.output(worker), worn=worn)
        return Heard(worker, line)

    def _say(self, text: str) -> None:
        self._heard.put(packed(Said(text)))

    def _show(self, text: str) -> None:
        if text:
            self._heard.put(packed(Shown(text)))


def planned_within(begin: Begin, program: Program, sight: Callable[[], Sight] = look) -> Plan:
    """Plan a node's workers within what Ray has granted.

    Args:
        begin: request for the node, and what Ray has granted.
        program: program of the search.
        sight: looks at the node.

    Raises:
        UsageError: the program needs a package that is not installed, or the request cannot be met.
    """
    seen = sight()
    capped = replace(seen, machine=replace(seen.machine, cores=min(seen.machine.cores, begin.cores)))

    def is_granted(device: Device) -> bool:
        return _GRANTED.get(device.kind, "") in ("", *begin.granted)

    kept = tuple(device for device in seen.machine.devices if is_granted(device))
    others = (device for device in seen.machine.devices if device not in kept)
    left = tuple(Ignored(device.name, "Ray has not granted it") for device in others)
    machine = replace(capped.machine, devices=kept, ignored=(*capped.machine.ignored, *left))
    capped = replace(capped, machine=machine)
    request: DeviceRequest = begin.devices
    try:
        return plan_for(program, request, capped)
    except UsageError as error:
        # A share of the workers was reckoned by cores, and the node has fewer GPUs.
        if error.parameter != "workers" or not isinstance(request.workers, int) or not kept:
            raise
        return plan_for(program, replace(request, workers="auto"), capped)
