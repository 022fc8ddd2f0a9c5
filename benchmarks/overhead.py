"""What a search costs beyond its trials.

    python benchmarks/overhead.py [keras] [plain]

``keras`` runs 40 small Keras trials (2,000 samples, one epoch) in one worker and in two, and the same
trials with the same values in a loop of plain Keras code: in this run, with the framework's own number of
threads and without `clear_session`. Start-up (importing the framework, making the data) is shown apart. A
ratio of 1.05 says that a search took 5 % longer than the plain loop.

``plain`` runs 200 trials of an objective that takes no time, one after another, and prints how many are done
per second, with random search and with TPE, and which share of that time the sampler itself takes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import dedent
from typing import Any

from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.runtime.protocol import RuntimeOptions
from hypertemplate.search.loop import search
from hypertemplate.search.new_study import new_study
from hypertemplate.search.observer import SilentObserver
from hypertemplate.search.samplers.hyperopt.sampler import HyperoptSampler
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Algorithm, Study, Trial

SETUP = """
    import keras
    import numpy as np

    def data():
        generator = np.random.default_rng(0)
        x = generator.normal(size=(2000, 20)).astype('float32')
        return x, (x[:, 0] * x[:, 1] > 0).astype('float32')
"""

MODEL = """
    def model(x, y):
        network = keras.Sequential([
            keras.Input((20,)),
            keras.layers.Dense(UNITS, activation=ACTIVATION),
            keras.layers.Dropout(RATE),
            keras.layers.Dense(1, activation='sigmoid'),
        ])
        network.compile(optimizer='adam', loss='binary_crossentropy')
        history = network.fit(x, y, epochs=1, batch_size=32, verbose=0)
        return {'loss': history.history['loss'][-1]}
"""

MARKERS = {
    "UNITS": "{{choice([32, 64, 128], name='units')}}",
    "ACTIVATION": "{{choice(['relu', 'tanh'], name='activation')}}",
    "RATE": "{{uniform(0, 0.5, name='rate')}}",
}

BARE = """
import json, sys, time
began = time.perf_counter()
{setup}
x, y = data()
ready = time.perf_counter()
{model}
for UNITS, ACTIVATION, RATE in json.load(sys.stdin):
    model(x, y)
print(json.dumps([ready - began, time.perf_counter() - ready]))
"""

PLAIN = (
    "def data(): return 1\ndef model(x): return {{uniform(0, 1)}} + {{choice([1, 2])}} * {{normal(0, 1)}}\n"
)


class Clocked:
    """A sampler whose time is counted."""

    def __init__(self, sampler: Any) -> None:
        self.seconds = 0.0
        self._sampler = sampler

    def __getattr__(self, name: str) -> Any:
        """What the search asks of the sampler, with a clock around it where it is a call."""
        found = getattr(self._sampler, name)
        return partial(self._clocked, found) if callable(found) else found

    def _clocked(self, call: Callable[..., Any], *arguments: Any) -> Any:
        start = time.perf_counter()
        try:
            return call(*arguments)
        finally:
            self.seconds += time.perf_counter() - start


class Stopwatch(SilentObserver):
    """Knows when the first worker was ready, and when the last trial had been kept."""

    ready_s = ended_s = 0.0

    def ready(self, study: Study, trials: int) -> None:
        self.ready_s = time.perf_counter()

    def trial_finished(self, trial: Trial, study: Study, output: str) -> None:
        self.ended_s = time.perf_counter()


@dataclass
class Timed:
    """One search.

    Attributes:
        study: with its trials.
        start_s: seconds until the first worker was ready.
        trials_s: seconds from then until the last trial had been kept.
        sampler_s: seconds of these that the sampler took.
    """

    study: Study
    start_s: float
    trials_s: float
    sampler_s: float


def timed_search(text: str, *, trials: int, algorithm: Algorithm, workers: int = 1) -> Timed:
    """Search with a template, its trials kept as a search on the command line keeps them."""
    watch, samplers = Stopwatch(), []

    def sampler(space: tuple[Dimension, ...]) -> Any:
        samplers.append(Clocked(HyperoptSampler(space, algorithm=algorithm, seed=1)))
        return samplers[0]

    with tempfile.TemporaryDirectory() as folder:
        program = compile_source(Source((Part("file", "model.py", text),), f"{folder}/model.py"))
        executor = ProcessExecutor(program, RuntimeOptions(seed=1), workers=workers)
        with closing(SqliteStorage(Path(folder) / "model.study")) as storage:
            began = time.perf_counter()
            study = search(
                new_study(program, max_evals=trials, algorithm=algorithm, seed=1),
                executor,
                sampler=sampler,
                storage=storage,
                observer=watch,
            )
    failed = [trial.error for trial in study.trials if trial.error]
    if failed:
        raise SystemExit(f"a trial failed: {failed[0]}")
    return Timed(study, watch.ready_s - began, watch.ended_s - watch.ready_s, samplers[0].seconds)


def bare_loop(study: Study) -> tuple[float, float]:
    """The same trials in plain Keras code: seconds of start-up, and seconds of the trials."""
    code = BARE.format(setup=dedent(SETUP), model=dedent(MODEL))
    values = [
        [study.values(t.params)[label] for label in ("units", "activation", "rate")] for t in study.trials
    ]
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(values),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    start_s, trials_s = json.loads(done.stdout)
    return start_s, trials_s


def keras(trials: int) -> None:
    """Print what a search with Keras costs."""
    text = dedent(SETUP) + dedent(MODEL)
    for name, marker in MARKERS.items():
        text = text.replace(name, marker)
    one = timed_search(text, trials=trials, algorithm="random")
    start_s, bare_s = bare_loop(one.study)
    two = timed_search(text, trials=trials, algorithm="random", workers=2)
    print(f"{trials} Keras trials      start-up  trials  ratio")
    print(f"plain loop         {start_s:9.1f}s {bare_s:6.1f}s")
    for workers, timed in (("1 worker", one), ("2 workers", two)):
        print(f"{workers:<18} {timed.start_s:9.1f}s {timed.trials_s:6.1f}s {timed.trials_s / bare_s:6.2f}")


def plain(trials: int) -> None:
    """Print how fast trials can be that take no time."""
    print(f"{trials} trials of a plain function  trials/s  sampler's share")
    for algorithm in ("random", "tpe"):
        timed = timed_search(PLAIN, trials=trials, algorithm=algorithm)
        share = timed.sampler_s / timed.trials_s
        print(f"{algorithm:<31} {trials / timed.trials_s:8.0f} {share:16.0%}")


def main() -> None:
    """Run what was asked for, or all."""
    parser = argparse.ArgumentParser(description="Measure what a search costs beyond its trials.")
    parser.add_argument("what", nargs="*", choices=("keras", "plain", []), help="by default both")
    wanted = parser.parse_args().what or ["keras", "plain"]
    if "keras" in wanted:
        keras(40)
    if "plain" in wanted:
        plain(200)


if __name__ == "__main__":
    main()
