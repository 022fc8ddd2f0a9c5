"""Random projects of a template and two modules, of which any may hold markers."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.compiler.support import CHOICE

Project = dict[str, str]

NETS = [
    ["RATE = 2", "RATE = 3", f"RATE = {CHOICE}"],
    [
        f"def build(x):\n    STATE.append(x)\n    return [x, {CHOICE}, len(STATE)]",
        "def build(x):\n    return [x, RATE]",
    ],
    ["def load():\n    return [1, len(STATE)]", "def load():\n    STATE.append(0)\n    return STATE"],
    [
        f"class Net:\n    kept = []\n    def __init__(self, n=2):\n        self.n = n\n    def run(self):\n        self.kept.append(self.n)\n        return [self.n * {CHOICE}, len(self.kept)]",
        "class Net:\n    def __init__(self, n=2):\n        self.n = n\n    def run(self):\n        return [self.n, build(self.n)]",
        "class Net:\n    rates = []\n    def __init__(self, n=2):\n        self.rates.append(n)\n    def run(self):\n        return [self.rates]",
        f"class Net:\n    rate = {CHOICE}\n    def __init__(self, n=2):\n        self.n = n\n    def run(self):\n        return [self.rate, self.n]",
    ],
    [
        "def scaled(x, by=3):\n    return x * by",
        f"def scaled(x, by=3):\n    return x * by * {CHOICE}",
        f"def scaled(x, by={CHOICE}):\n    return x * by",
    ],
    ["scale = scaled", f"scale = lambda x: x + {CHOICE}", "scale = lambda x: x + 1"],
    [
        "TABLE = {'build': lambda x: build(x), 'load': load}",
        "TABLE = {}\nTABLE['build'], TABLE['load'] = build, load",
    ],
    ["FIRST = 0", "FIRST = 0", "FIRST = build(0)", "FIRST = load()"],
    [
        f"def drawn():\n    global LIMIT\n    LIMIT = {CHOICE}\n    return LIMIT",
        "def drawn():\n    global LIMIT\n    LIMIT += 1\n    return LIMIT",
    ],
    ["def limit():\n    return LIMIT", "import functools\n@functools.cache\ndef limit():\n    return LIMIT"],
]
"""Variants of each statement of the first module."""

STEPS = [
    [
        "import law_nets",
        "from law_nets import build, load",
        "from law_nets import *",
        "import law_nets as n",
        "n = 1",
    ],
    [
        "def train(x):\n    import law_nets as inner\n    LOG.append(x)\n    return [inner.build(x), LOG]",
        "def train(x):\n    LOG.append(x)\n    return [LOG]",
    ],
    [
        "def rows():\n    import law_nets as inner\n    return inner.load()",
        "def rows():\n    from law_nets import load\n    return [load(), len(LOG)]",
    ],
    ["STEP = 1", f"STEP = {CHOICE}"],
    [
        f"def step(x):\n    return [x, {CHOICE}, len(LOG)]",
        "def step(x):\n    LOG.append(STEP)\n    return LOG",
    ],
    [
        "def apply(f, x):\n    LOG.append(1)\n    return f(x)",
        "KEPT = []\ndef apply(f, x):\n    KEPT.append(f)\n    return [one(x) for one in KEPT]",
    ],
]
"""Variants of each statement of the second module."""

IMPORTS = [
    "import law_nets, law_steps\nfrom law_nets import build, load, limit, drawn",
    "import law_steps\nimport law_nets\nfrom law_nets import *",
    "from law_nets import *\nimport law_nets\nx = load()\nimport law_steps",
    "import importlib\nlaw_nets = importlib.import_module('law_nets')\nimport law_steps\nfrom law_nets import build, drawn, limit, load",
]

MAIN = [
    "x = load()",
    "x = x + [law_nets.load()]",
    "y = build(2)",
    "y = [law_nets.build(x), x]",
    "y = law_nets.Net().run()",
    "net = law_nets.Net(3)\ny = [net.run(), net.run()]",
    "y = law_nets.TABLE['build'](4)",
    "y = law_nets.TABLE['load']()",
    "y = [law_nets.scale(1), law_nets.scaled(2)]",
    "y = law_steps.train(5)",
    "y = law_steps.rows()",
    "y = law_steps.step(6)",
    "y = law_steps.apply(build, 7)",
    "y = law_steps.apply(len, x)",
    "y = [law_steps.LOG, law_nets.STATE]",
    "before = limit()",
    "y = [drawn(), limit()]",
    "law_nets.LIMIT = 9",
    "law_nets.STATE.append(8)",
    "def local(x):\n    return law_nets.build(x)\ny = local(3)",
    "def other(x):\n    from law_nets import load\n    return [x, load()]\ny = other(y)",
    f"y = [y, {CHOICE}]",
    "all_of_it.append(y)",
]


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """Files of a project."""
    nets, steps = ([draw(st.sampled_from(variants)) for variants in slots] for slots in (NETS, STEPS))
    main = draw(st.lists(st.sampled_from(MAIN), min_size=2, max_size=9))
    first = ["all_of_it, x, y = [], [], 0", draw(st.sampled_from(IMPORTS))]
    return {
        "law_main.py": "\n".join([*first, *main, "loss = [all_of_it, x, y, build(9)]", ""]),
        "law_nets.py": "\n".join(["STATE = []", "LIMIT = 1", *nets, ""]),
        "law_steps.py": "\n".join(["LOG = []", *steps, ""]),
    }
