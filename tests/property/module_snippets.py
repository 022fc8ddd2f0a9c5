"""Snippets of random templates that use modules beside the template, and what their data functions return.

The modules keep state of many kinds. A fresh run imports them anew.
"""

from __future__ import annotations

MODULES: dict[str, str] = {
    "law_kept": """
import functools, io, itertools

ROWS, TABLE, SEEN = [1], {"x": [2]}, {3}
COUNT = 0
NUMBERS = itertools.count(1)
TURNS = itertools.cycle([1, 2, 3])
PAIRS = zip(NUMBERS, TURNS)
TEXT = io.StringIO()
HOOKS = []

def steps():
    n = 0
    while True:
        n += 1
        yield n

STEPS = steps()

def bump(by):
    global COUNT
    COUNT += by
    return COUNT

def put(rows, x):
    rows.append(x)
    return len(rows)

def written(x):
    TEXT.write(str(x))
    return TEXT.getvalue()

def noted(x, seen=[]):
    seen.append(x)
    return len(seen)

@functools.lru_cache(maxsize=None)
def cached(x):
    return [x]

def counter():
    n = 0
    def tick():
        nonlocal n
        n += 1
        return n
    return tick

TICK = counter()

def hook(f):
    HOOKS.append(f)
    return f

class Scaler:
    fitted = 0
    def __init__(self):
        self.seen = []
    def fit(self, rows):
        type(self).fitted += 1
        self.seen.extend(rows)
        self.total = sum(map(int, self.seen[:2]))
        return self
    def transform(self, x):
        return x + getattr(self, "total", 0) + self.fitted

class Slots:
    __slots__ = ("n",)
    def __init__(self):
        self.n = 0
    def up(self):
        self.n += 1
        return self.n

SCALER, SLOTS = Scaler(), Slots()
""",
    "law_settings": """
RATE = 1
def rate():
    return RATE
""",
    "law_late": """
from law_settings import RATE
LATE = [RATE]
def steps():
    yield from range(100)
STEPS = steps()
""",
}
"""Text of each module, by its name."""

IMPORTED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("from law_kept import ROWS", "ROWS.append($i)"), "ROWS"),
    (
        ("from law_kept import TABLE as table$n", "table$n['x'].append($i)", "table$n[$i] = len($a)"),
        "table$n",
    ),
    (("import law_kept", "law_kept.COUNT += $i", "$a.append(law_kept.COUNT)"), "law_kept.COUNT"),
    (("from law_kept import bump", "$a.append(bump($i))", "$b.append(bump(1))"), "bump(0)"),
    (("from law_kept import put, SEEN", "$a.append(put($b, $i))", "SEEN.add($i)"), "sorted(SEEN)"),
    (("from law_kept import cached", "cached(3).append($i)", "$a.append(len(cached(3)))"), "cached(3)"),
    (("from law_kept import noted", "$a.append(noted($i))"), "noted(0)"),
    (("from law_kept import written", "$a.append(len(written($i)))"), "written('')"),
    (
        ("from law_kept import NUMBERS", "$a.append(next(NUMBERS))", "$b.append(next(NUMBERS) + $i)"),
        "next(NUMBERS)",
    ),
    (
        ("from law_kept import TURNS, PAIRS", "$a.append(next(TURNS))", "$a.extend(next(PAIRS))"),
        "next(PAIRS)",
    ),
    (("from law_kept import STEPS", "$a.append(next(STEPS) + $i)"), "next(STEPS)"),
    (("import law_kept as kept$n", "$a.append(next(kept$n.STEPS))", "$a.append($i)"), "next(kept$n.STEPS)"),
    (
        (
            "from law_late import STEPS",
            "def step$n():\n    return next(STEPS)",
            "at$n = step$n()",
            "$a.append(step$n() + $i)",
        ),
        "next(STEPS)",
    ),
    (
        (
            "def grow$n(x):\n    import heapq\n    from law_kept import ROWS\n    heapq.heappush(ROWS, x)\n    return x",
            "grown$n = grow$n(3)",
            "$a.append(grow$n($i))",
            "import law_kept",
        ),
        "sorted(law_kept.ROWS)",
    ),
    (("from law_kept import TICK", "$a.append(TICK() + $i)"), "TICK()"),
    (("from law_kept import counter", "tick$n = counter()", "$a.append(tick$n() + $i)"), "tick$n()"),
    (
        (
            "from law_kept import HOOKS, hook",
            "@hook\ndef hooked$n():\n    return $i",
            "$a.append(len(HOOKS))",
        ),
        "[f() for f in HOOKS]",
    ),
    (("from law_kept import SLOTS", "$a.append(SLOTS.up() + $i)"), "SLOTS.up()"),
    (
        ("from law_kept import Scaler", "scaler$n = Scaler().fit($b)", "$a.append(scaler$n.transform($i))"),
        "scaler$n.seen",
    ),
    (("from law_kept import SCALER", "SCALER.fit([$i])", "$a.append(SCALER.transform(1))"), "SCALER.seen"),
    (
        (
            "from law_kept import Scaler",
            "scaler$n = Scaler().fit([1])",
            "def refit$n(x):\n    scaler$n.fit([x])\n    return scaler$n.total",
            "$a.append(refit$n($i))",
        ),
        "scaler$n.transform(0)",
    ),
    (
        (
            "def late$n(x):\n    from law_late import LATE\n    LATE.append(x)\n    return len(LATE)",
            "$a.append(late$n($i))",
        ),
        "late$n(0)",
    ),
    (
        ("def step$n():\n    import law_late\n    return next(law_late.STEPS)", "$a.append(step$n() + $i)"),
        "step$n()",
    ),
    (
        ("import law_settings", "law_settings.RATE = $i", "$a.append(law_settings.rate())"),
        "law_settings.rate()",
    ),
    (
        ("import law_settings", "law_settings.RATE = $i", "from law_late import LATE", "$a.extend(LATE)"),
        "LATE",
    ),
)
"""Pieces of each snippet, and what shows its state."""

USES = {"x": "x.append(len(x))", "y": "y[0] += len(a)"}

RETURNED: tuple[tuple[str, dict[str, str], str], ...] = (
    ("a, [len(b), 3]", USES, "x, y"),
    ("5, (len(b), 3)", {"x": "x += len(a)", "y": "y += (1,)"}, "x, y"),
    ("'b', [len(b), 3]", {"x": "x += 'a'", "y": "y.append(len(x))"}, "x, y"),
    (
        "Scaler().fit([1]), [a, [2]]",
        {"x": "x.fit([5])", "y": "y[1].append(len(y))"},
        "x.seen, x.total, x.fitted, y",
    ),
    (
        "{'s': SCALER, 'rows': [1]}, a",
        {"x": "x['s'].fit(x['rows'])", "y": "x['rows'] += y"},
        "x['s'].seen, x['rows']",
    ),
    ("iter([4, 5, 6]), [NUMBERS]", {"x": "y = [next(x)]", "y": "x = next(y[0])"}, "y"),
    (
        "[zip([1, 2], [3, 4])], {'n': [1]}",
        {"x": "y['n'].append(next(x[0]))", "y": "y['n'] = y['n'] + [1]"},
        "y",
    ),
    ("np.arange(3.0), {'k': [1]}", {"x": "x += len(a)", "y": "y['k'].append(float(x[1]))"}, "x.tolist(), y"),
    (
        "et.fromstring('<a><b/></a>'), [[2]]",
        {"x": "x[0].set('n', str(len(x)))", "y": "x.append(et.Element('c')); y[0].append(len(x))"},
        "et.tostring(x), y",
    ),
    (
        "SimpleNamespace(n=1, rows=[b]), deque([1, 2], maxlen=2)",
        {"x": "x.n += 1; x.rows[0].append(3)", "y": "y.append(x.n)"},
        "x.n, x.rows, y",
    ),
    (
        "(ROWS, [1]), bytearray(b'ab')",
        {"x": "x[1].append(len(x[0])); x[0].append(9)", "y": "y.append(len(x[1]))"},
        "x, y",
    ),
)
"""Two values that a data function returns, what a model may do to each, and what it shows of both."""

FROM_MODULES = """\
import numpy as np, xml.etree.ElementTree as et
from types import SimpleNamespace
from law_kept import NUMBERS, ROWS, SCALER, Scaler
"""
"""Imports of what is returned."""
