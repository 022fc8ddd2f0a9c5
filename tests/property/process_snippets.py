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

SETTINGS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("import os", "os.environ['HT$n'] = str($i)", "$a.append(os.environ.get('HT$n', ''))"),
        "os.environ.get('HT$n', '')",
    ),
    (
        ("import os\nenv$n = os.environ", "$a.append(env$n.get('HTE', ''))", "env$n.update(HTE=str($i))"),
        "os.environ.get('HTE', '')",
    ),
    (
        (
            "import numpy as np",
            "$a.append(np.geterr()['over'])",
            "np.seterr(over='raise' if $i > 10 else 'ignore')",
            "$b.append(np.geterr()['over'])",
        ),
        "np.geterr()['over']",
    ),
    (
        (
            "import decimal\ncontext$n = decimal.getcontext()",
            "$a.append(str(decimal.Decimal(1) / 3))",
            "context$n.prec = $i % 5 + 1",
            "$b.append(str(decimal.Decimal(1) / 3))",
        ),
        "str(decimal.Decimal(1) / 3)",
    ),
    (
        (
            "import contextvars\nvar$n = contextvars.ContextVar('var', default=1)",
            "token$n = var$n.set($i)",
            "$a.append(var$n.get())",
        ),
        "var$n.get()",
    ),
    (
        (
            "import logging\nlog$n = logging.getLogger('ht.own')",
            "log$n.setLevel($i)",
            "$a.append(logging.getLogger('ht.own').level)",
        ),
        "log$n.level",
    ),
    (
        (
            "import logging\nhandler$n = logging.NullHandler()",
            "logging.getLogger('ht.own').addHandler(handler$n)",
            "$a.append(len(logging.getLogger('ht.own').handlers) + $i)",
        ),
        "len(logging.getLogger('ht.own').handlers)",
    ),
    (
        (
            "import sys",
            "sys.setrecursionlimit(2000 + $i)",
            "def deep$n():\n    return sys.getrecursionlimit()",
            "$a.append(deep$n())",
        ),
        "deep$n()",
    ),
    (
        (
            "import warnings",
            "$a.append(len(warnings.filters))",
            "warnings.filterwarnings('ignore', message='about %d' % $i)",
        ),
        "len(warnings.filters)",
    ),
    (
        (
            "import numpy as np\nrow$n = np.array([1 / 3])",
            "$a.append(str(row$n))",
            "np.set_printoptions(precision=$i % 7 + 1)",
            "$b.append(str(row$n))",
        ),
        "str(row$n)",
    ),
    (
        ("import csv", "csv.field_size_limit(1000 + $i)", "$a.append(csv.field_size_limit())"),
        "csv.field_size_limit()",
    ),
    (
        (
            "import logging\nlow$n = logging.getLogger('ht.low$n')",
            "$a.append(int(low$n.isEnabledFor(40)))",
            "logging.disable($i + 25)",
            "$b.append(int(low$n.isEnabledFor(40)))",
        ),
        "low$n.isEnabledFor(50)",
    ),
    (
        ("import socket", "socket.setdefaulttimeout($i)", "$a.append(socket.getdefaulttimeout())"),
        "socket.getdefaulttimeout()",
    ),
    (
        (
            "import gc\nwas$n = gc.get_threshold()",
            "gc.set_threshold(700, $i)",
            "$a.append(gc.get_threshold()[1])",
            "gc.set_threshold(*was$n)",
        ),
        "gc.get_threshold()[1] == was$n[1]",
    ),
    (
        (
            "import locale, sys\nsys.path.append('/ht$n')",
            "sys.path.append('/ht%d' % $i)",
            "$a.append([one for one in sys.path if one.startswith('/ht')])",
        ),
        "[one for one in sys.path if one.startswith('/ht')]",
    ),
)
"""Pieces of each snippet, and what shows what it did."""
