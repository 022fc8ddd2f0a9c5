"""What it costs to copy a model's weights after an epoch that is the best so far.

    python benchmarks/epoch_weights.py

Prints for models of several sizes the milliseconds that one copy takes, the shortest of several, and where it
lies; those that an epoch takes which is not the best; and those that putting the copy back takes. With a real
Keras, whose weights are read from the device.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import keras
import numpy as np

from hypertemplate.runtime.kept_models.epoch_weights import IN_MEMORY_BYTES, EpochWeights
from hypertemplate.runtime.metrics.numbered_names import Names
from hypertemplate.runtime.objective import Wanted

WIDTHS = (100, 700, 1500, 4000)


def shortest_ms(run: Callable[[int], object], count: int) -> float:
    """Return the shortest time of several runs, in milliseconds; each is given its number."""
    found = []
    for number in range(count):
        began = time.perf_counter()
        run(number)
        found.append(time.perf_counter() - began)
    return 1000 * min(found)


def main() -> None:
    """Print the table."""
    print(f"{'parameters':>12} {'copy':>9} {'where':>7} {'other epoch':>12} {'put back':>9}")
    for width in WIDTHS:
        print(row(width))


def row(width: int) -> str:
    """Measure one size of model."""
    layers = [keras.layers.Dense(width), keras.layers.Dense(width)]
    model = keras.Sequential([keras.Input((width,)), *layers])
    weights = EpochWeights(Wanted(maximize=None))
    size = sum(np.asarray(variable).nbytes for variable in model.weights)
    copy = shortest_ms(lambda n: weights.epoch_ended(model, n, {"val_loss": -float(n)}, Names()), 5)
    other = shortest_ms(lambda n: weights.epoch_ended(model, n, {"val_loss": 1.0}, Names()), 5)
    model.weights[-1].assign(np.ones(width))
    weights.fit_ended(model)
    put_back = shortest_ms(lambda n: weights.put_back(4, model, last=False), 1)
    weights.close()
    where = "memory" if 2 * size <= IN_MEMORY_BYTES else "file"
    return f"{model.count_params():12,} {copy:7.1f}ms {where:>7} {other:10.3f}ms {put_back:7.1f}ms"


if __name__ == "__main__":
    main()
