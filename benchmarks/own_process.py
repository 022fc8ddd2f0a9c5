"""What a trial costs in the user's own process, where a framework is loaded.

    python benchmarks/own_process.py

Runs trials that compute nothing, with `tune` in this process, as in a notebook, once TensorFlow and Keras are
loaded. Prints the milliseconds of a trial, also as a ratio to one full garbage collection of this process,
which clearing a Keras session asks for.
"""

from __future__ import annotations

import contextlib
import gc
import io
import time

import keras
import tensorflow as tf

import hypertemplate

TRIALS = 40


def model():
    """Return the drawn value."""
    value = {{uniform(0, 1)}}  # noqa: F821
    return value


def collection() -> float:
    """Seconds of a full garbage collection, the shortest of three."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        gc.collect()
        took.append(time.perf_counter() - began)
    return min(took)


def search(evals: int) -> float:
    """Seconds of a search in this process."""
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        hypertemplate.tune(model, algo="random", max_evals=evals)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    keras.layers.Dense(1).build((1, 1))
    tf.constant(1.0)
    collected = collection()
    search(1)
    a_trial = (search(TRIALS + 1) - search(1)) / TRIALS
    print(f"a full garbage collection   {1e3 * collected:7.1f} ms")
    print(f"a trial                     {1e3 * a_trial:7.1f} ms   {a_trial / collected:5.2f} collections")


if __name__ == "__main__":
    main()
