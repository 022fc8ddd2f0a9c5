"""Snippets of random templates that seed random numbers, draw some, and set what holds for the whole process.

Each snippet seeds before it draws, so that a fresh run draws the same numbers each time.
"""

from __future__ import annotations

RANDOM_NUMBERS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (
            "import random\nrandom.seed($n)",
            "$a.append(random.randrange(100))",
            "$b.append(random.randrange(100) + $i)",
            "$a.append(random.randrange(100))",
        ),
        "random.randrange(100)",
    ),
    (
        (
            "from random import seed, choice as pick$n\nseed(3)",
            "pick$n([1, 2, 3])",
            "$a.append(pick$n([1, 2, 3]) + $i)",
            "drawn$n = pick$n([1, 2, 3])",
        ),
        "[drawn$n, pick$n([1, 2, 3, 4])]",
    ),
    (
        (
            "import numpy as np\nnp.random.seed($n)",
            "noise$n = np.random.randint(100)",
            "$a.append(int(np.random.randint(100)))",
            "np.random.shuffle($b)\n$b.append($i)",
        ),
        "int(noise$n), int(np.random.randint(100))",
    ),
    (
        (
            "import random\ndef begin$n(seed):\n    random.seed(seed)\ndef draw$n(x):\n"
            "    return x + random.randrange(10)",
            "begin$n(5)",
            "$a.append(draw$n(1))",
            "$a.append(draw$n($i))",
            "random.shuffle($a)",
        ),
        "draw$n(0)",
    ),
    (
        (
            "import random\nrandom.seed(1)\nrandom.random()",
            "if $i > 10:\n    random.random()",
            "kept$n = random.getstate()",
            "$a.append(random.randrange(100))",
            "random.setstate(kept$n)",
            "$b.append(random.randrange(100))",
        ),
        "random.randrange(100)",
    ),
    (
        (
            "import random\nrandom.seed(2)",
            "class Noise$n:\n    def __init__(self):\n        random.seed(8)\n        self.x = random.randrange(100)\n"
            "    def __add__(self, x):\n        return self.x + x + random.randrange(100)",
            "noisy$n = Noise$n()",
            "$a.append(noisy$n + $i)",
        ),
        "noisy$n.x, random.randrange(100)",
    ),
    (
        (
            "import random\nrandom.seed($i)",
            "$a.append(random.randrange(100))",
            "[random.random() for _ in $b]",
            "rows$n = list(range(5))\nrandom.shuffle(rows$n)",
        ),
        "rows$n",
    ),
)
"""Pieces of each snippet, and what shows what it did."""
