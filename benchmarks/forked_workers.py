"""What it brings that workers are forked from a process that has loaded the program.

    python benchmarks/forked_workers.py

A Keras template with as much data as MNIST's images have as `float32` (188 MB), in two workers that are
started afresh and in two that are forked: seconds until both are ready, seconds until a worker that is
replaced is ready again, seconds of a trial beside which none runs, and the memory of all processes of a
search (the driver left out) when each worker has run a trial: memory that several processes share counts
once, and the code of libraries, which even processes started afresh share, does not count. Linux only.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from textwrap import dedent

from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.executors.base import Event
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.runtime.process.guard import children
from hypertemplate.runtime.protocol import (
    Complete,
    Epoch,
    Finished,
    FitEnded,
    FitStarted,
    Go,
    Ready,
    Run,
    RuntimeOptions,
)

WORKERS = 2
REPLACED = 5
TRIALS = 6

TEMPLATE = """
    import keras
    import numpy as np

    def data():
        generator = np.random.default_rng(0)
        x = generator.random((60000, 784), dtype='float32')
        return x, (x[:, 0] > x[:, 1]).astype('float32')

    def model(x, y):
        hidden, output = keras.layers.Dense(64, 'relu'), keras.layers.Dense(1)
        network = keras.Sequential([keras.Input((784,)), hidden, output])
        network.compile('adam', 'mse')
        history = network.fit(x[:20000], y[:20000], epochs=1, batch_size=128, verbose=0)
        return history.history['loss'][-1] * {{uniform(1, 2)}}
"""


def measure(forked: bool) -> dict[str, float]:
    """What one search takes."""
    found: dict[str, float] = {}
    refused: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        text = dedent(TEMPLATE)
        program = compile_source(Source((Part("file", "model.py", text),), f"{folder}/model.py"))
        executor = ProcessExecutor(
            program, RuntimeOptions(seed=1, forked=forked), workers=WORKERS, tell=refused.append
        )
        with closing(executor):
            began = time.perf_counter()
            executor.start()
            for _ in range(WORKERS):
                expect(executor, Ready)
            found["start"] = time.perf_counter() - began
            for worker in range(WORKERS):
                run(executor, worker)
            found["memory"] = sum(map(proportional_bytes, below(executor_processes()))) / 1e6
            found["trial"] = statistics.median(run(executor, 0) for _ in range(TRIALS))
            found["replace"] = statistics.median(replace(executor) for _ in range(REPLACED))
    if refused:
        raise SystemExit(refused[0])
    return found


def expect(executor: ProcessExecutor, kind: type) -> Event:
    """The next event, which is of this kind."""
    event = executor.receive()
    if event is None or not isinstance(event.message, kind):
        raise SystemExit(f"not {kind.__name__}: {event}")
    return event


def run(executor: ProcessExecutor, worker: int) -> float:
    """Run a trial; its seconds."""
    began = time.perf_counter()
    executor.send(worker, Run(0, {"uniform": 1.5}, 1))
    while True:
        event = executor.receive()
        if event is None:
            continue
        if isinstance(event.message, (FitStarted, Epoch, FitEnded)):
            executor.send(worker, Go())
        elif isinstance(event.message, Finished) and isinstance(event.message.outcome, Complete):
            return time.perf_counter() - began
        else:
            raise SystemExit(f"no trial: {event}")


def replace(executor: ProcessExecutor) -> float:
    """Replace the worker, which lives; seconds until there is another."""
    began = time.perf_counter()
    executor.restart(0)
    expect(executor, Ready)
    return time.perf_counter() - began


def executor_processes() -> list[int]:
    """What this process has started."""
    return children(os.getpid())


def below(processes: list[int]) -> Iterator[int]:
    """These processes and all that they have started."""
    for process in processes:
        yield process
        yield from below(children(process))


def proportional_bytes(process: int) -> int:
    """A process's own memory, of what is shared its part; libraries' code left out."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss_Anon:"):
            return int(line.split()[1]) * 1024
    raise SystemExit("this system does not tell how memory is shared")


def main() -> None:
    """Print the table."""
    print(f"{'':<12}{'ready':>10}{'replaced':>10}{'trial':>8}{'MB':>8}")
    for name, forked in (("afresh", False), ("forked", True)):
        found = measure(forked)
        times = f"{found['start']:9.2f}s{found['replace']:9.2f}s{found['trial']:7.2f}s"
        print(f"{name:<12}{times}{found['memory']:8.0f}", flush=True)


if __name__ == "__main__":
    main()
