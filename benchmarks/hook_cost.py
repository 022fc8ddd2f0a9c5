"""Cost of watching fits: the same fit with and without the hook, in turns, in one process.

    python benchmarks/hook_cost.py [ROUNDS]

Each watched fit talks to a driver over a socket pair, as a worker does; the driver is a thread here. With
``--prune`` each report waits for its answer. Printed are the median of the fits; for each way the time inside
our callbacks with its share of the fit, which other processes hardly disturb; and the median of the ratios of
neighbours with its quartiles, which they do.
"""

from __future__ import annotations

import contextlib
import json
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import keras
from sklearn.datasets import load_digits

from hypertemplate.runtime.hooks import keras_fit
from hypertemplate.runtime.kept_models.epoch_weights import EpochWeights
from hypertemplate.runtime.objective import Wanted
from hypertemplate.runtime.process.channel import Channel
from hypertemplate.runtime.protocol import FitMessage, Go, Stop, to_line
from hypertemplate.runtime.reports.fits import Fits

EPOCHS = 20


def digits() -> Callable[[], object]:
    """Return a fit of the digits example, with 20 epochs."""
    images, labels = load_digits(return_X_y=True)
    model = keras.Sequential(
        [
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dropout(0.25),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    options = {"batch_size": 32, "epochs": EPOCHS, "validation_split": 0.2, "verbose": 0}
    return lambda: model.fit(images / 16, labels, **options)


CURRENT: list[Fits | None] = [None]

INSIDE_S = [0.0]
"""Seconds inside our callbacks so far."""


def count_seconds() -> None:
    """Have what our callbacks and the notes on evaluations take added to `INSIDE_S`."""
    base = keras.callbacks.Callback
    methods = {
        keras_fit._reporter_class(base): ("on_train_begin", "on_epoch_end", "on_train_end"),
        keras_fit._copier_class(base): ("on_test_end", "on_epoch_end"),
        Fits: ("note_evaluation",),
    }
    for owner, names in methods.items():
        for name in names:
            setattr(owner, name, _counted(getattr(owner, name)))


def _counted(method: Callable[..., object]) -> Callable[..., object]:
    def counted(*args: object, **options: object) -> object:
        begun = time.perf_counter()
        try:
            return method(*args, **options)
        finally:
            INSIDE_S[0] += time.perf_counter() - begun

    return counted


@contextlib.contextmanager
def driven() -> Iterator[Channel]:
    """Connect to a driver that answers each message that waits."""
    mine, theirs = socket.socketpair()

    def answer() -> None:
        with theirs, theirs.makefile("rb") as lines:
            for line in lines:
                if json.loads(line)["waits"]:
                    theirs.sendall(to_line(Go()))

    threading.Thread(target=answer, daemon=True).start()
    with contextlib.closing(Channel(mine)) as channel:
        yield channel


def timed(fit: Callable[[], object]) -> float:
    """Run a fit; return its seconds."""
    begun = time.perf_counter()
    fit()
    return time.perf_counter() - begun


def main(rounds: int) -> None:
    """Compare the fits in turns, and print what they take."""
    keras_fit.hook(keras, lambda: CURRENT[0])
    count_seconds()
    fit = digits()
    fit()
    seconds: dict[str, list[float]] = {"without": [], "watched": [], "--prune": []}
    inside: dict[str, list[float]] = {way: [] for way in seconds}
    with driven() as channel:

        def told(message: FitMessage) -> Go | Stop:
            return channel.ask(replace(message, waits=False))

        asks = {"without": None, "watched": told, "--prune": channel.ask}
        for _ in range(rounds):
            for way, ask in asks.items():
                CURRENT[0] = None if ask is None else Fits(ask, EpochWeights(Wanted()))
                INSIDE_S[0] = 0.0
                seconds[way].append(timed(fit))
                inside[way].append(INSIDE_S[0])
    without = seconds.pop("without")
    usual = statistics.median(without)
    print(f"{EPOCHS} epochs of digits: {usual:.3f} s")
    for way, watched in seconds.items():
        share = statistics.median(i / s for i, s in zip(inside[way], watched, strict=True))
        low, ratio, high = statistics.quantiles(b / a for a, b in zip(without, watched, strict=True))
        inside_ms = 1000 * statistics.median(inside[way])
        print(f"{way:<9} {inside_ms:.1f} ms inside, {share:.2%}; ratio {ratio:.3f} ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
