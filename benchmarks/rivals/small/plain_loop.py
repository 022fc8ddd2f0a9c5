"""40 small trials in a loop of plain Keras code, with random values: what the others are compared with.

python plain_loop.py FOLDER SEED
"""

from __future__ import annotations

import random
import sys

from epoch_log import EpochLog
from task import TRIALS, data, network

if __name__ == "__main__":
    generator = random.Random(int(sys.argv[2]))
    x, y = data()
    for _ in range(TRIALS):
        trained = network(
            units=generator.choice([32, 64, 128]),
            activation=generator.choice(["relu", "tanh"]),
            dropout=generator.uniform(0, 0.5),
        )
        trained.fit(x, y, epochs=1, callbacks=[EpochLog(sys.argv[1])], verbose=0)
