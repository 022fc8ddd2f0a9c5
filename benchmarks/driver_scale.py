"""How many workers one driver keeps busy: the real driver against simulated workers.

    python benchmarks/driver_scale.py --results benchmarks/results/driver_scale.jsonl
    python benchmarks/driver_scale.py --results benchmarks/results/driver_scale.jsonl --report

A trial trains for 60 simulated seconds and reports 20 epochs, each of which waits for its answer, as pruning
has it. The loop of the search, the sampler, the pruner and the study on the disk are the real ones, and
messages are the lines that workers send: what the driver takes for each event is measured and is time that
passes in the simulation, so that workers wait for the driver as they would. Connections are left out: a
socket for each worker costs more than nothing, and a network its latency.

Busy is the share of the time that workers train, from the first trial to the moment at which no trial is
left to start; then come the driver's processor time for each trial and for each report, its memory, and the
size of the study.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from samplers.problems import MLP

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.executors.base import Event
from hypertemplate.runtime.protocol import (
    Complete,
    Epoch,
    Finished,
    FitEnded,
    FitStarted,
    FromWorker,
    Outcome,
    Pruned,
    Ready,
    Run,
    Stop,
    ToWorker,
    from_worker,
    to_line,
    to_worker,
)
from hypertemplate.search.loop import search
from hypertemplate.search.observer import SilentObserver
from hypertemplate.search.pruners.factory import pruner
from hypertemplate.search.pruners.watched_metric import Wish
from hypertemplate.search.samplers.base import Sampler
from hypertemplate.search.samplers.bayes.bayes_sampler import BayesSampler
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Study, TrialState

EPOCHS, EPOCH_S = 20, 3.0

ROUNDS = 6
"""Trials for each worker."""

CELLS = [
    *itertools.product(("random", "tpe"), (10, 100, 1000)),
    *itertools.product(("bayes",), (10, 100)),
]
"""Samplers and numbers of workers."""


@dataclass(eq=False)
class Simulated:
    """`Executor` whose workers live in simulated time, which the driver's own work moves on.

    Attributes:
        count: number of workers.
        now_s: simulated seconds since the start.
        trained_s: simulated seconds that workers have trained.
        waits: reports that were answered.
        driver_s: seconds of the driver's work on events.
        last_start_s: simulated time at which the last trial began.
        trained_then_s: `trained_s` then, with what trials that run had trained.
    """

    count: int
    now_s: float = 0.0
    trained_s: float = 0.0
    waits: int = 0
    driver_s: float = 0.0
    last_start_s: float = 0.0
    trained_then_s: float = 0.0
    _events: list[tuple[float, int, int, bytes]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)
    _trials: dict[int, Iterator[tuple[float, FromWorker]]] = field(default_factory=dict)
    _stopped: dict[int, bool] = field(default_factory=dict)
    _since_s: dict[int, float] = field(default_factory=dict)
    _began: float = 0.0

    in_process = False
    notes: tuple[str, ...] = ()

    @property
    def workers(self) -> int:
        return self.count

    def start(self, most: int | None = None) -> None:
        ready = Ready(MLP, {"keras": "3"})
        for worker in range(self.count):
            self._say(worker, 0.0, ready)

    def restart(self, worker: int) -> None:
        raise NotImplementedError("no worker of this simulation dies")

    def worn(self, worker: int, outcome: Outcome) -> str | None:
        return None

    def send(self, worker: int, message: ToWorker) -> None:
        """Have a worker hear a message now; what it does next takes simulated time."""
        heard = to_worker(to_line(message))
        if isinstance(heard, Run):
            self._trials[worker] = self._training(worker, heard)
            self._stopped[worker] = False
            self.last_start_s = self._instant()
            self.trained_then_s = self.trained_s + sum(
                min(self.last_start_s - since, EPOCH_S) for since in self._since_s.values()
            )
        elif isinstance(heard, Stop):
            self._stopped[worker] = True
        self._go_on(worker)

    def attend(self, take: Callable[[Event], None]) -> None:
        """Pass the next event on when the driver is free, and measure what that takes."""
        at_s, _, worker, line = heapq.heappop(self._events)
        self.now_s = max(self.now_s, at_s)
        if since := self._since_s.pop(worker, None):
            self.trained_s += at_s - since
        self._began = time.perf_counter()
        message = from_worker(line)
        take(Event(worker, message))
        took = time.perf_counter() - self._began
        self.driver_s += took
        self.now_s += took
        if not getattr(message, "waits", True):
            self._go_on(worker)

    def output(self, worker: int) -> str:
        return ""

    def close(self) -> None:
        """Nothing is left to close."""

    def _instant(self) -> float:
        """Return the simulated time in the middle of an event."""
        return self.now_s + time.perf_counter() - self._began

    def _say(self, worker: int, at_s: float, message: FromWorker) -> None:
        heapq.heappush(self._events, (at_s, next(self._order), worker, to_line(message)))

    def _go_on(self, worker: int) -> None:
        step = next(self._trials[worker], None)
        if step is None:
            return
        takes_s, message = step
        now_s = self._instant()
        if takes_s:
            self._since_s[worker] = now_s
        self._say(worker, now_s + takes_s, message)

    def _training(self, worker: int, run: Run) -> Iterator[tuple[float, FromWorker]]:
        """Yield the messages of a trial, each with the seconds of training before it."""
        chance = np.random.default_rng([run.seed or 0, run.number])
        final = loss_of({label: float(value) for label, value in run.params.items()})
        yield 0.0, FitStarted(0, EPOCHS)
        value = math.inf
        for epoch in range(EPOCHS):
            value = final + 1.5 * math.exp(-epoch / 4) + 0.02 * float(chance.normal())
            self.waits += 1
            yield EPOCH_S, Epoch(0, epoch, {"loss": 0.9 * value, "val_loss": value}, waits=True)
            if self._stopped[worker]:
                break
        yield 0.0, FitEnded(0, epoch + 1)
        yield 0.0, Finished(Pruned(value) if self._stopped[worker] else Complete(value), {"val_loss": value})


def loss_of(params: dict[str, float]) -> float:
    """Return a loss with a minimum inside the space."""
    return float(
        sum(abs(math.sin(1 + at) - value / (1 + abs(value))) for at, value in enumerate(params.values()))
    )


def sampler_of(name: str) -> Callable[[tuple[Dimension, ...]], Sampler]:
    """Return what makes a sampler."""
    if name == "bayes":
        return lambda space: BayesSampler(space, 1)
    return lambda space: HyperoptSampler(space, name, 1)  # type: ignore[arg-type]


def simulate(name: str, workers: int) -> dict[str, Any]:
    """Run one search, and return what it took."""
    executor = Simulated(workers)
    with tempfile.TemporaryDirectory() as folder:
        storage = SqliteStorage(Path(folder, "scale.study"), "")
        before_s = time.process_time()
        study = search(
            Study("scale", "digest", 1, (), max_evals=ROUNDS * workers),
            executor,
            sampler=sampler_of(name),
            storage=storage,
            observer=SilentObserver(),
            pruner=pruner("asha", Wish("val_loss", maximize=False), (), lambda note: None),
            clock=lambda: executor.now_s,
        )
        cpu_s = time.process_time() - before_s
        storage.close()
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    states = [trial.state for trial in study.trials]
    return {
        "sampler": name,
        "workers": workers,
        "trials": len(states),
        "pruned": states.count(TrialState.PRUNED),
        "reports": executor.waits,
        "simulated_s": executor.now_s,
        "busy": executor.trained_then_s / (workers * executor.last_start_s),
        "cpu_s": cpu_s,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "study_mib": size / 2**20,
    }


def table(results: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "sampler  workers  trials  pruned  busy     CPU/trial  driver's load  memory    study"
    for one in results:
        load = one["cpu_s"] / one["simulated_s"]
        yield (
            f"{one['sampler']:<8} {one['workers']:>7,} {one['trials']:>7,} {one['pruned']:>7,}  "
            f"{one['busy']:>5.1%}  {1000 * one['cpu_s'] / one['trials']:>6.1f} ms  {load:>13.1%}  "
            f"{one['memory_mib']:>4.0f} MiB  {one['study_mib']:>4.1f} MiB"
        )


def main() -> None:
    """Run the cells that are not there yet, each in a process of its own, or print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--cell", nargs=2, metavar=("SAMPLER", "WORKERS"))
    given = parser.parse_args()
    lines = given.results.read_text("utf-8").splitlines() if given.results.exists() else []
    results = [json.loads(line) for line in lines]
    if given.report:
        print(*table(results), sep="\n")
    elif given.cell:
        found = simulate(given.cell[0], int(given.cell[1]))
        with given.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")
        print(*itertools.islice(table([found]), 1, None))
    else:
        there = {(one["sampler"], one["workers"]) for one in results}
        for name, workers in CELLS:
            if (name, workers) not in there:
                command = [sys.executable, __file__, "--results", given.results, "--cell", name, str(workers)]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
