"""Cost of watching fits: the same fit with and without the hook, in turns, in one process.

    python benchmarks/hook_cost.py [ROUNDS]

Each watched fit talks to a driver over a socket pair, as a worker does; the driver is a thread here. With
``--prune`` each report waits for its answer. Printed are the median of the fits, what watching adds to it,
and the median of the ratios of neighbours.
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

from hypertemplate.runtime.hooks.keras_fit import hook
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
    hook(keras, lambda: CURRENT[0])
    fit = digits()
    fit()
    seconds: dict[str, list[float]] = {"without": [], "watched": [], "--prune": []}
    with driven() as channel:

        def told(message: FitMessage) -> Go | Stop:
            return channel.ask(replace(message, waits=False))

        asks = {"without": None, "watched": told, "--prune": channel.ask}
        for _ in range(rounds):
            for way, ask in asks.items():
                CURRENT[0] = None if ask is None else Fits(ask, EpochWeights(Wanted()))
                seconds[way].append(timed(fit))
    without = seconds.pop("without")
    usual = statistics.median(without)
    print(f"{EPOCHS} epochs of digits: {usual:.3f} s")
    for way, watched in seconds.items():
        ratio = statistics.median(b / a for a, b in zip(without, watched, strict=True))
        more_ms = 1000 * (statistics.median(watched) - usual)
        print(f"{way:<9} {more_ms:+.1f} ms, ratio {ratio:.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
