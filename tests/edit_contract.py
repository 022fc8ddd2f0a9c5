"""The contract of edits: pairs of templates, the trials that ran the first, and what they are for the second.

Each case has the points of some trials, as drawn under the first version (a choice as the index of its
option), and for each the point under the second version; None where the trial does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Point = Mapping[str, float]


class EditCase(NamedTuple):
    """One pair of versions of a template."""

    why: str
    before: str
    after: str
    points: tuple[Point, ...]
    kept: tuple[Point | None, ...]
    says: str = ""


def body(*lines: str, above: str = "") -> str:
    """A template whose model has these lines."""
    return above + "def model():\n" + "".join(f"    {line}\n" for line in lines)


def change(
    why: str,
    before: str | tuple[str, ...],
    after: str | tuple[str, ...],
    points: Mapping[str, list[float]] | list[Point],
    kept: list[Point | None],
    says: str = "",
) -> EditCase:
    """A case: lines of a model, or whole templates; points as lists by label, or one by one."""
    texts = [one if isinstance(one, str) else body(*one) for one in (before, after)]
    if isinstance(points, Mapping):
        points = [dict(zip(points, values, strict=True)) for values in zip(*points.values(), strict=True)]
    return EditCase(why, texts[0], texts[1], tuple(points), tuple(kept), says)


RATE = "rate = {{uniform(0, 0.5)}}"
UNITS = "units = {{choice([64, 128])}}"
RETURN = "return units * rate"
DENSE_RATE = "n = pow({{uniform(0, 0.5, name='rate')}}, 2)"
CLASS = "class Net:\n    def __init__(self, n=1):\n        self.n = n\n"
DENSE = "def dense(n, m=1):\n    return n * m\n"
GET = "class Net:\n    def get(self, n=1):\n        return n\n"
WRAP = "import functools\ndef wrap(function):\n    @functools.wraps(function)\n    def wrapped(*args, m=5, **more):\n        return function(*args, m, **more)\n    return wrapped\n"


def plotted(why: str, lines: tuple[str, ...], added: str, *, counts: bool) -> EditCase:
    """A case: a line that plots is added above the last of some lines of a model."""
    kept: list[Point | None] = [{"rate": 0.1}] if counts else [None]
    above = "import matplotlib.pyplot as plt\n"
    before, after = ((RATE, *lines), (RATE, *lines[:-1], added, lines[-1]))
    return change(why, body(*before, above=above), body(*after, above=above), {"rate": [0.1]}, kept)


SUBPLOTS = ("fig, ax = plt.subplots()", "ax.plot([1, 2])")

REPLACING = {
    "a loop over names decorates": WRAP + "for name in ['dense']:\n    globals()[name] = wrap(globals()[name])\n",
    "a loop over the names of its module decorates": WRAP + "for name, one in [*vars().items()]:\n    if name == 'den' + 'se':\n        vars()[name] = wrap(one)\n",
    "a class decorates when it is derived from": WRAP + "class Base:\n    def __init_subclass__(cls):\n        globals()['dense'] = wrap(dense)\nclass Net(Base):\n    pass\n",
    "is decorated below": WRAP + "dense = wrap(dense)\n",
    "is decorated in another function": WRAP + "def start():\n    global dense\n    dense = wrap(dense)\nstart()\n",
    "a function changes that gets it": "def patch(function):\n    function.__defaults__ = (5,)\npatch(dense)\n",
    "has other defaults by name alone": "def dense(n, *, m=1):\n    return n * m\ndense.__kwdefaults__['m'] = 5\n",
    "has other defaults by a text": "def dense(n, *, m=1):\n    return n * m\ngetattr(dense, '__kwdefaults__').update(m=5)\n",
    "has other code": "def other(n, m=1):\n    return n * m * m\ndense.__code__ = other.__code__\n",
    "its own names lead to": "def start():\n    start.__globals__['dense'] = lambda n, m=5: n * m\nstart()\n",
    "a frame leads to": "import sys\nsys._getframe().f_globals['dense'] = lambda n, m=5: n * m\n",
    "a frame of a generator leads to": "def count():\n    yield 1\ncount().gi_frame.f_globals['dense'] = lambda n, m=5: n * m\n",
    "mock replaces": "import unittest.mock\nunittest.mock.patch.dict(dense.__globals__, dense=lambda n, m=5: n * m).start()\n",
    "the collector of garbage finds": "import gc\n[one for one in gc.get_objects() if getattr(one, '__name__', '') == 'dense' and hasattr(one, '__code__')][0].__defaults__ = (5,)\n",
    "a registry hands out": "ALL = {'dense': dense}\nfor one in ALL.values():\n    one.__defaults__ = (5,)\n",
    "a partial object holds": "import functools\nhalf = functools.partial(dense, 1)\nhalf.func.__defaults__ = (5,)\n",
}  # fmt: skip
"""Code that has a function ``dense`` take another default, by what it does."""

LEAVING = {
    "beside code that calls it elsewhere": DENSE + "import math, numpy as np\nk = np.abs(math.floor(-dense(2)))\n",
    "with a namesake in another one": DENSE + "def other(dense):\n    found = [dense]\n    return found\n",
    "beside a method that others replace": DENSE + "class Net:\n    def dense(self):\n        return 1\nnet = Net()\nnet.dense = abs\n",
    "beside a library's that is looked up": DENSE + "import math\nf = getattr(math, 'si' + 'n')\n",
    "beside classes that are asked for": DENSE + "class Net:\n    pass\nis_net = isinstance(Net(), Net) and type(Net()).__name__ == 'Net'\n",
}  # fmt: skip
"""Code that leaves a function ``dense`` alone, by what it is."""

METHODS = {
    "that its class's base replaces": "class Base:\n    def __init_subclass__(cls):\n        for name, one in [*vars(cls).items()]:\n            if callable(one):\n                setattr(cls, name, lambda self, n=5: n)\n" + GET.replace("Net:", "Net(Base):"),
    "that a decorator of its class wraps": "def wrapped(cls):\n    cls.get = lambda self, n=5: n\n    return cls\n@wrapped\n" + GET,
    "that a decorator of a known name wraps": "def dataclass(cls):\n    type.__setattr__(cls, 'get', lambda self, n=5: n)\n    return cls\n@dataclass\n" + GET,
    "that a metaclass wraps": "class Meta(type):\n    def __new__(meta, name, bases, found):\n        found['get'] = lambda self, n=5: n\n        return super().__new__(meta, name, bases, found)\n" + GET.replace("Net:", "Net(metaclass=Meta):"),
    "that a base of a known name wraps": "class Meta(type):\n    def __new__(meta, name, bases, found):\n        if name == 'Net':\n            found['get'] = lambda self, n=5: n\n        return super().__new__(meta, name, bases, found)\nABC = Meta('ABC', (), {})\n" + GET.replace("Net:", "Net(ABC):"),
    "that each object has anew": GET.replace("    def get", "    def __init__(self):\n        self.get = lambda n=5: n\n    def get"),
    "that each object has in its names": GET.replace("    def get", "    def __init__(self):\n        self.__dict__.update(get=lambda n=5: n)\n    def get"),
    "whose bound method has other defaults": GET + "held = Net().get\nheld.__func__.__defaults__ = (5,)\n",
}  # fmt: skip
"""Classes whose method ``get`` is not that of their texts, by what it is."""

PLOTS = (
    plotted("a plot beside others", (*SUBPLOTS, "plt.title('a')", "fig.tight_layout()", "return rate"), "plt.plot([2, 3])", counts=True),
    plotted("a plot beside a figure with parts", ("fig, axes = plt.subplots(1, 2)", "dots = axes[0].scatter([1], [2])", "fig.colorbar(dots, ax=axes[0])", "return rate"), "plt.plot([2, 3])", counts=True),
    plotted("a plot where axes are read", (*SUBPLOTS, "return rate + len(ax.lines)"), "plt.plot([2, 3])", counts=False),
    plotted("a plot where the list of its lines is read", ("ax = plt.gca()", "lines = ax.get_lines()", "return rate + len(lines)"), "plt.plot([2, 3])", counts=False),
    plotted("a plot where axes of a figure are read", ("fig = plt.figure()", "return rate + len(fig.axes)"), "plt.plot([2, 3])", counts=False),
    plotted("a plot where axes are an argument", (*SUBPLOTS, "return rate + sum(map(len, [ax.lines]))"), "plt.plot([2, 3])", counts=False),
    plotted("a figure where figures are counted", ("return rate + len(plt.get_fignums())",), "plt.figure()", counts=False),
    plotted("a figure where a plot has what reads figures", ("found = []", "plt.plot(found.append(len(plt.get_fignums())) or [1])", "return rate + sum(found)"), "plt.figure()", counts=False),
    plotted("a figure where pyplot is found by its name", ("import sys", "return rate + len(sys.modules['matplotlib.pyplot'].get_fignums())"), "plt.figure()", counts=False),
    plotted("a figure where pyplot has another name", ("figures = plt", "return rate + len(figures.get_fignums())"), "plt.figure()", counts=False),
)  # fmt: skip

CASES = (
    # Layout and what no trial can tell.
    change("a comment is no edit", (RATE, "return rate"), (RATE, "# More.", "return rate"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("another layout is no edit", (RATE, "return rate * 2"), (RATE, "return (rate *", "        2)"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a print is no edit", (RATE, "return rate"), (RATE, "print(f'rate {rate:.3f}', rate * 2)", "return rate"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a default is no edit", (RATE, UNITS, RETURN), (f"{RATE[:-3]}, default=0.2)}}}}", f"{UNITS[:-3]}, default=128)}}}}", RETURN), {"rate": [0.1, 0.2], "units": [0, 1]}, [{"rate": 0.1, "units": 0}, {"rate": 0.2, "units": 1}]),
    change("another default beside wider bounds is no edit", ("rate = {{uniform(0, 0.5, default=0.1)}}", "return rate"), ("rate = {{uniform(0, 1, default=0.9)}}", "return rate"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("defaults inside options, and of lists, are no edits", ("d = {{choice([1, abs(uniform(0, 1, default=0.5))])}}", "return d"), ("d = {{choice([1, abs(uniform(0, 1, default=0.7)), 2], default=abs(uniform(0, 1)))}}", "return d"), {"d": [1], "d.1": [0.25]}, [{"d": 1, "d.1": 0.25}]),
    change("the value before a comment is its default, which is no edit", ("rate = 0.2  # tune: uniform(0, 0.5)", "return rate"), ("rate = 0.4  # tune: uniform(0, 0.5)", "return rate"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a value out of its range, and a range that has grown", ("rate = 0.2  # tune: uniform(0, 0.5)", "return rate"), ("rate = 0.7  # tune: uniform(0, 0.6)", "return rate"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a comment may become braces", ("rate = 0.2  # tune: uniform(0, 0.5)", "n = 64  # tune: choice([32, 64])", "return rate * n"), (RATE, "n = {{choice([64, 32])}}", "return rate * n"), {"rate": [0.1], "n": [0]}, [{"rate": 0.1, "n": 1}]),
    change("braces may become a comment", (RATE, "return rate"), ("rate = 0.2  # tune: uniform(0, 1)", "return rate"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a value that gets a comment was that value", ("rate = 0.2", UNITS, RETURN), ("rate = 0.2  # tune: uniform(0, 0.5)", UNITS, RETURN), {"units": [1]}, [{"units": 1, "rate": 0.2}]),
    change("a value that a comment no longer marks", ("rate = 0.2  # tune: choice([0.1, 0.2])", UNITS, RETURN), ("rate = 0.2", UNITS, RETURN), {"units": [1, 1], "rate": [0, 1]}, [None, {"units": 1}]),
    change("an object that gets a comment", ("d = dict(a=1)", UNITS, "return units * d['a']"), ("d = dict(a=1)  # tune: choice([dict(a=2), dict(a=1)])", UNITS, "return units * d['a']"), {"units": [1]}, [{"units": 1, "d": 1}]),
    change("a comment that moves to another value is an edit", ("a, b = 1, 2  # tune a: randint(9)", "return a - b"), ("a, b = 1, 2  # tune b: randint(9)", "return a - b"), {"a": [1]}, [{"b": 2}]),
    change("prose in a comment is no edit", (RATE, "return rate"), (RATE, "return rate  # tune: this later"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a docstring is no edit", (RATE, "return rate"), ("'''A model.'''", RATE, "return rate"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a print that is gone is no edit", (RATE, "print('begin')", "return rate"), (RATE, "return rate"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a print that consumes an iterator is one", (RATE, "rates = iter([rate, 2])", "return next(rates)"), (RATE, "rates = iter([rate, 2])", "print(next(rates))", "return next(rates)"), {"rate": [0.1]}, [None]),
    change("a statement that nothing needs is no edit", "TITLE = 'a'\n" + body(RATE, "return rate"), "TITLE = 'b'\n" + body(RATE, "return rate"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("code below the search is no edit", body(RATE, "return rate") + "if __name__ == '__main__':\n    print(1)\n", body(RATE, "return rate") + "if __name__ == '__main__':\n    print(2)\n", {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a print of a script's is no edit", "rate = {{uniform(0, 1)}}\nloss = rate\n", "rate = {{uniform(0, 1)}}\nprint(rate)\nloss = rate\n", {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a line that changed beside its marker is the reason", (DENSE_RATE, "return n"), (DENSE_RATE.replace(", 2)", ", 3)"), "return n"), {"rate": [0.1]}, [None], "line 2 changed"),
    change("a line that changed beside its marker, where nobody came", ("o = {{choice(['a', 'b'])}}", "n = 1", "if o == 'a':", f"    {DENSE_RATE}", "return n"), ("o = {{choice(['a', 'b'])}}", "n = 1", "if o == 'a':", f"    {DENSE_RATE.replace(', 2)', ', 3)')}", "return n"), {"o": [0, 1], "rate": [0.1, 0.2]}, [None, {"o": 1, "rate": 0.2}]),
    # Ranges.
    change("a wider range has all values", (RATE, "return rate"), ("rate = {{uniform(0, 0.8)}}", "return rate"), {"rate": [0.1, 0.5]}, [{"rate": 0.1}, {"rate": 0.5}], "0..0.5 is now 0..0.8: all 2 trials lie inside"),
    change("a narrower range has some", (RATE, "return rate"), ("rate = {{uniform(0, 0.2)}}", "return rate"), {"rate": [0.1, 0.3]}, [{"rate": 0.1}, None], "1 of 2 trials lies inside"),
    change("a bound that is a name counts as its number", "TOP = 0.5\n" + body("rate = {{uniform(0, TOP)}}", "return rate"), "TOP = 0.2\n" + body("rate = {{uniform(0, TOP)}}", "return rate"), {"rate": [0.1, 0.3]}, [{"rate": 0.1}, None]),
    change("a bound that is used elsewhere too is code", "TOP = 0.5\n" + body("rate = {{uniform(0, TOP)}}", "return rate + TOP"), "TOP = 0.8\n" + body("rate = {{uniform(0, TOP)}}", "return rate + TOP"), {"rate": [0.1]}, [None]),
    change("a bound that code may look up by a text that it evaluates", "TOP = 0.5\ndef look(n):\n    return eval(n)\n" + body("rate = {{uniform(0, TOP)}}", "return rate + look('TO' + 'P')"), "TOP = 0.8\ndef look(n):\n    return eval(n)\n" + body("rate = {{uniform(0, TOP)}}", "return rate + look('TO' + 'P')"), {"rate": [0.1]}, [None]),
    change("a bound that code may look up by a text in the module's attributes", "import sys\nTOP = 0.5\ndef look(n):\n    return getattr(sys.modules[__name__], n)\n" + body("rate = {{uniform(0, TOP)}}", "return rate + look('TO' + 'P')"), "import sys\nTOP = 0.8\ndef look(n):\n    return getattr(sys.modules[__name__], n)\n" + body("rate = {{uniform(0, TOP)}}", "return rate + look('TO' + 'P')"), {"rate": [0.1]}, [None]),
    change("a bound that code may look up in the module under a local name", "import sys\nTOP = 0.5\ndef look(n):\n    return (lambda m: getattr(m, n))(sys.modules[__name__])\n" + body("rate = {{uniform(0, TOP)}}", "return rate + look('TO' + 'P')"), "import sys\nTOP = 0.8\ndef look(n):\n    return (lambda m: getattr(m, n))(sys.modules[__name__])\n" + body("rate = {{uniform(0, TOP)}}", "return rate + look('TO' + 'P')"), {"rate": [0.1]}, [None]),
    change("a bound that code may look up by texts that it maps", "TOP = 0.5\ndef look(n):\n    return [*map(eval, [n])][0]\n" + body("rate = {{uniform(0, TOP)}}", "return rate + look('TO' + 'P')"), "TOP = 0.8\ndef look(n):\n    return [*map(eval, [n])][0]\n" + body("rate = {{uniform(0, TOP)}}", "return rate + look('TO' + 'P')"), {"rate": [0.1]}, [None]),
    change("a bound that code may look up in the names of a function", "TOP = 0.5\ndef look(n):\n    return look.__globals__[n]\n" + body("rate = {{uniform(0, TOP)}}", "return rate + look('TO' + 'P')"), "TOP = 0.8\ndef look(n):\n    return look.__globals__[n]\n" + body("rate = {{uniform(0, TOP)}}", "return rate + look('TO' + 'P')"), {"rate": [0.1]}, [None]),
    change("a finer step has all values", ("n = {{quniform(0, 8, 4)}}", "return n"), ("n = {{quniform(0, 8, 2)}}", "return n"), {"n": [4, 8]}, [{"n": 4}, {"n": 8}]),
    change("a coarser step has some", ("n = {{quniform(0, 8, 2)}}", "return n"), ("n = {{quniform(0, 8, 4)}}", "return n"), {"n": [4, 6]}, [{"n": 4}, None]),
    change("a step that is no whole number gives floats", ("n = {{quniform(0, 8, 1)}}", "return len(repr(n))"), ("n = {{quniform(0, 8, 1.0)}}", "return len(repr(n))"), {"n": [4]}, [None]),
    change("a logarithmic range has the values in it", (RATE, "return rate"), ("rate = {{loguniform(-3, -1)}}", "return rate"), {"rate": [0.1, 0.01]}, [{"rate": 0.1}, None]),
    change("a normal distribution has all values", (RATE, "return rate"), ("rate = {{normal(0, 1)}}", "return rate"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a whole number is no float", ("n = {{randint(8)}}", "return len(repr(n))"), ("n = {{uniform(0, 8)}}", "return len(repr(n))"), {"n": [4]}, [None]),
    change("whole numbers of another distribution", ("n = {{randint(8)}}", "return n"), ("n = {{uniformint(1, 4)}}", "return n"), {"n": [4, 5]}, [{"n": 4}, None]),
    # Options.
    change("an option more", (UNITS, "return units"), ("units = {{choice([64, 128, 256])}}", "return units"), {"units": [0, 1]}, [{"units": 0}, {"units": 1}], "option 256 is new"),
    change("an option less", (UNITS, "return units"), ("units = {{choice([128])}}", "return units"), {"units": [0, 1]}, [None, {"units": 0}], "option 64 is gone"),
    change("options in another order", (UNITS, "return units"), ("units = {{choice([128, 64])}}", "return units"), {"units": [0, 1]}, [{"units": 1}, {"units": 0}], "another order"),
    change("another order, and one renamed", ("a = {{choice(['x', 'y', 'z'])}}", "return ord(a)"), ("a = {{choice(['z', 'w', 'x'])}}", "return ord(a)"), {"a": [0, 1, 2]}, [{"a": 2}, None, {"a": 0}]),
    change("an option is matched by its code, not its layout", ("f = {{choice([max, lambda a: 2])}}", "return f([1])"), ("f = {{choice([lambda  a:  2, max, min])}}", "return f([1])"), {"f": [0, 1]}, [{"f": 1}, {"f": 0}]),
    change("a whole number and a float are two options", (UNITS, "return len(repr(units))"), ("units = {{choice([64.0, 128])}}", "return len(repr(units))"), {"units": [0, 1]}, [None, {"units": 1}]),
    change("weights are no values", ("a = {{pchoice([(0.5, 1), (0.5, 2)])}}", "return a"), ("a = {{pchoice([(0.1, 1), (0.9, 2)])}}", "return a"), {"a": [0, 1]}, [{"a": 0}, {"a": 1}]),
    change("options with weights are options", (UNITS, "return units"), ("units = {{pchoice([(0.3, 128), (0.7, 64)])}}", "return units"), {"units": [0, 1]}, [{"units": 1}, {"units": 0}]),
    change("a changed option leaves out those that took it", ("a = {{choice([abs(-1), abs(-2)])}}", "return a"), ("a = {{choice([abs(-1), abs(-3)])}}", "return a"), {"a": [0, 1]}, [{"a": 0}, None]),
    change("a list made before is matched by value", "SIZES = [1, 2]\n" + body("n = {{choice(SIZES)}}", "return n"), "SIZES = [2, 3, 1]\n" + body("n = {{choice(SIZES)}}", "return n"), {"n": [0, 1]}, [{"n": 2}, {"n": 0}]),
    change("a list that is also appended to is code", "SIZES = [1, 2]\nSIZES.append(4)\n" + body("n = {{choice(SIZES)}}", "return n"), "SIZES = [1, 3]\nSIZES.append(4)\n" + body("n = {{choice(SIZES)}}", "return n"), {"n": [0]}, [None]),
    change("a list that is written out now", "SIZES = [1, 2]\n" + body("n = {{choice(SIZES)}}", "return n"), body("n = {{choice([2, 1])}}", "return n"), {"n": [0, 1]}, [{"n": 1}, {"n": 0}]),
    change("options as a range", (UNITS, "return units"), ("units = {{quniform(64, 256, 64)}}", "return units"), {"units": [0, 1]}, [{"units": 64}, {"units": 128}]),
    change("a range as options", ("units = {{quniform(64, 256, 64)}}", "return units"), (UNITS, "return units"), {"units": [128, 192]}, [{"units": 1}, None]),
    # Distributions in options.
    change("a wider range in an option", ("a = {{choice([0, uniform(1, 2)])}}", "return a"), ("a = {{choice([0, uniform(1, 3)])}}", "return a"), [{"a": 0}, {"a": 1, "a.1": 1.5}], [{"a": 0}, {"a": 1, "a.1": 1.5}]),
    change("a narrower range in an option", ("a = {{choice([0, uniform(1, 2)])}}", "return a"), ("a = {{choice([0, uniform(1, 1.2)])}}", "return a"), [{"a": 0}, {"a": 1, "a.1": 1.5}], [{"a": 0}, None]),
    change("a new distribution in an option that trials took or did not", ("a = {{choice([abs(-0.5), 2])}}", "return a"), ("a = {{choice([abs(uniform(0, 1)), 2])}}", "return a"), {"a": [0, 1]}, [None, {"a": 1}]),
    change("a new distribution in an option where its value stood", ("a = {{choice([max(0.5, 0), 2])}}", "return a"), ("a = {{choice([max(uniform(0, 1), 0), 2])}}", "return a"), {"a": [0, 1]}, [{"a": 0, "a.0": 0.5}, {"a": 1}]),
    change("a distribution in an option is a value now", ("a = {{choice([max(uniform(0, 1), 0), 2])}}", "return a"), ("a = {{choice([max(0.5, 0), 2])}}", "return a"), [{"a": 0, "a.0": 0.5}, {"a": 0, "a.0": 0.4}, {"a": 1}], [{"a": 0}, None, {"a": 1}]),
    change("an option that is moved takes its distribution along", ("a = {{choice([0, uniform(1, 2)])}}", "return a"), ("a = {{choice([uniform(1, 2), 0])}}", "return a"), [{"a": 0}, {"a": 1, "a.1": 1.5}], [{"a": 1}, {"a": 0, "a.0": 1.5}]),
    # New markers.
    change("a literal that is an option", ("units = 128", RATE, RETURN), (UNITS, RATE, RETURN), {"rate": [0.1]}, [{"units": 1, "rate": 0.1}], "128 stood there before: the one trial gets 128"),
    change("a literal that is no option", ("units = 100", RATE, RETURN), (UNITS, RATE, RETURN), {"rate": [0.1]}, [None]),
    change("a literal in a range", ("units = 100.0", RATE, RETURN), ("units = {{uniform(0, 200)}}", RATE, RETURN), {"rate": [0.1]}, [{"units": 100.0, "rate": 0.1}]),
    change("a whole number in a range of floats", ("units = 100", RATE, "return len(repr(units * rate))"), ("units = {{uniform(0, 200)}}", RATE, "return len(repr(units * rate))"), {"rate": [0.1]}, [None]),
    change("a truth value that is an option", ("units = True", RATE, RETURN), ("units = {{choice([1, True])}}", RATE, RETURN), {"rate": [0.1]}, [{"units": 1, "rate": 0.1}]),
    change("an expression that is an option", ("units = len('ab')", RATE, RETURN), ("units = {{choice([1, len('ab')])}}", RATE, RETURN), {"rate": [0.1]}, [{"units": 1, "rate": 0.1}]),
    change("an expression that is no option", ("units = len('ab')", RATE, RETURN), ("units = {{choice([1, 2])}}", RATE, RETURN), {"rate": [0.1]}, [None]),
    change("arithmetic counts as its number", ("units = 2 ** 6", RATE, RETURN), (UNITS, RATE, RETURN), {"rate": [0.1]}, [{"units": 0, "rate": 0.1}]),
    change("a literal in the middle of an expression", (RATE, "return max(rate, 0.3)"), (RATE, "return max(rate, {{uniform(0.2, 0.4)}})"), {"rate": [0.1]}, [{"rate": 0.1, "uniform": 0.3}]),
    change("a default of a parameter", "def f(x, n=2):\n    return x * n\n" + body(RATE, "return f(rate)"), "def f(x, n={{choice([2, 3])}}):\n    return x * n\n" + body(RATE, "return f(rate)"), {"rate": [0.1]}, [{"n": 0, "rate": 0.1}]),
    change("a marker in an own statement that stands nowhere before", (RATE, "return rate"), (RATE, "units = {{choice([1, 2])}}", "return rate * units"), {"rate": [0.1]}, [None]),
    change("one draw for each iteration where one value stood", (RATE, "for i in range(2):", "    rate += 8", "return rate"), (RATE, "for i in range(2):", "    rate += {{choice([8, 9])[i]}}", "return rate"), {"rate": [0.1]}, [{"rate": 0.1, "rate_1[0]": 0, "rate_1[1]": 0}]),
    # Marked arguments that had no value.
    change("a new argument of an own function gets its default", (DENSE + body(RATE, "return dense(rate)")), DENSE + body(RATE, "return dense(rate, m={{choice([2, 1])}})"), {"rate": [0.1]}, [{"rate": 0.1, "m": 1}], "1 is what it was without a value: the one trial gets 1"),
    change("a new argument whose default is no option", DENSE + body(RATE, "return dense(rate)"), DENSE + body(RATE, "return dense(rate, m={{choice([2, 3])}})"), {"rate": [0.1]}, [None], "1, which it was without a value, is not one of its options"),
    change("a new argument by its place", DENSE + body(RATE, "return dense(rate)"), DENSE + body(RATE, "return dense(rate, {{choice([2, 1], name='m')}})"), {"rate": [0.1]}, [{"rate": 0.1, "m": 1}]),
    change("a new argument by its name alone", "def f(n, *, m=1.5):\n    return n * m\n" + body(RATE, "return f(rate)"), "def f(n, *, m=1.5):\n    return n * m\n" + body(RATE, "return f(n={{uniform(0, 1, name='rate')}}, m={{uniform(1, 2)}})"), {"rate": [0.1]}, [None]),
    change("a new argument beside another one that differs", DENSE + body("n = 2", RATE, "return dense(rate)"), DENSE + body("n = 2", RATE, "return dense(rate + n, m={{choice([2, 1])}})"), {"rate": [0.1]}, [None]),
    change("a new argument of a class", "class Net:\n    def __init__(self, n=1):\n        self.n = n\n" + body(RATE, "return Net().n * rate"), "class Net:\n    def __init__(self, n=1):\n        self.n = n\n" + body(RATE, "return Net(n={{choice([2, 1])}}).n * rate"), {"rate": [0.1]}, [{"rate": 0.1, "n": 1}]),
    change("a new argument of a method", "class Net:\n    def get(self, n=1):\n        return n\n" + body(RATE, "return Net().get() * rate"), "class Net:\n    def get(self, n=1):\n        return n\n" + body(RATE, "return Net().get({{choice([2, 1], name='n')}}) * rate"), {"rate": [0.1]}, [{"rate": 0.1, "n": 1}]),
    change("a new argument of a decorated function", "import functools\n@functools.cache\n" + DENSE + body(RATE, "return dense(rate)"), "import functools\n@functools.cache\n" + DENSE + body(RATE, "return dense(rate, m={{choice([2, 1])}})"), {"rate": [0.1]}, [None], "m of dense() is new, and no default=VALUE in its marker says what it was before"),
    change("a new argument whose default is computed", "def f(n, m=len('a')):\n    return n * m\n" + body(RATE, "return f(rate)"), "def f(n, m=len('a')):\n    return n * m\n" + body(RATE, "return f(rate, m={{choice([2, 1])}})"), {"rate": [0.1]}, [None]),
    change("a new argument whose default has changed too", DENSE + body(RATE, "return dense(rate)"), DENSE.replace("m=1", "m=2") + body(RATE, "return dense(rate, m={{choice([2, 1])}})"), {"rate": [0.1]}, [None]),
    change("a new argument of a library's", (RATE, "return round(rate)"), (RATE, "return round(rate, ndigits={{choice([None, 1])}})"), {"rate": [0.1]}, [None], "ndigits of round() is new, and no default=VALUE in its marker says what it was before"),
    change("a new argument of a library's with a stated default", (RATE, "return round(rate)"), (RATE, "return round(rate, ndigits={{choice([None, 1], default=None)}})"), {"rate": [0.1]}, [None], "ndigits of round() is new, and only default= in its marker says what it was before"),
    change("a new argument of a function that takes any", "def f(n, **more):\n    return n * more.get('m', 1)\n" + body(RATE, "return f(rate)"), "def f(n, **more):\n    return n * more.get('m', 1)\n" + body(RATE, "return f(rate, m={{choice([2, 1])}})"), {"rate": [0.1]}, [None]),
    change("a new argument beside unpacked ones", DENSE + body(RATE, "return dense(*[rate])"), DENSE + body(RATE, "return dense(*[rate], m={{choice([2, 1])}})"), {"rate": [0.1]}, [None]),
    change("a new argument of a function whose defaults are set", DENSE + "dense.__defaults__ = (2,)\n" + body(RATE, "return dense(rate)"), DENSE + "dense.__defaults__ = (2,)\n" + body(RATE, "return dense(rate, m={{choice([2, 1])}})"), {"rate": [0.1]}, [None]),
    *(
        change(f"a new argument of what {what} replaces", CLASS + line + body(RATE, "return Net().n * rate"), CLASS + line + body(RATE, "return Net(n={{choice([2, 1])}}).n * rate"), {"rate": [0.1]}, [None])
        for what, line in {
            "an assignment": "def init(self, n=5):\n    self.n = n\nNet.__init__ = init\n",
            "setattr": "def init(self, n=5):\n    self.n = n\nsetattr(Net, '__init__', init)\n",
        }.items()
    ),
    *(
        change(f"a new argument of a function that {what}", text + body(RATE, "return dense(rate)"), text + body(RATE, "return dense(rate, m={{choice([2, 1])}})"), {"rate": [0.1]}, [None])
        for what, line in REPLACING.items()
        for text in (line if line.startswith("def dense") else DENSE + line,)
    ),
    *(
        change(f"a new argument of a function {what}", line + body(RATE, "return dense(rate)"), line + body(RATE, "return dense(rate, m={{choice([2, 1])}})"), {"rate": [0.1]}, [{"rate": 0.1, "m": 1}])
        for what, line in LEAVING.items()
    ),
    *(
        change(f"a new argument of a method {what}", text + body(RATE, "return Net().get() * rate"), text + body(RATE, "return Net().get(n={{choice([2, 1])}}) * rate"), {"rate": [0.1]}, [None])
        for what, text in METHODS.items()
    ),
    change("an argument of an own function that is gone", DENSE + body(RATE, "return dense(rate, m={{choice([2, 1])}})"), DENSE + body(RATE, "return dense(rate)"), {"rate": [0.1, 0.2], "m": [1, 0]}, [{"rate": 0.1}, None], "m is now 1: 1 of 2 trials had 1"),
    change("an argument of a library's that is gone", (RATE, "return round(rate, ndigits={{choice([None, 1])}})"), (RATE, "return round(rate)"), {"rate": [0.1], "ndigits": [0]}, [None]),
    # Markers that are gone.
    change("a literal where options were", (UNITS, RATE, RETURN), ("units = 64", RATE, RETURN), {"units": [0, 1], "rate": [0.1, 0.2]}, [{"rate": 0.1}, None], "is now 64: 1 of 2 trials had 64"),
    change("a literal of another type", (UNITS, RATE, "return len(repr(units))"), ("units = 64.0", RATE, "return len(repr(units))"), {"units": [0], "rate": [0.1]}, [None]),
    change("a literal where a range was", (UNITS, RATE, RETURN), (UNITS, "rate = 0.25", RETURN), {"units": [0, 1], "rate": [0.25, 0.3]}, [{"units": 0}, None]),
    change("the code of an option", ("a = {{choice([len('ab'), 3])}}", UNITS, "return a * units"), ("a = len('ab')", UNITS, "return a * units"), {"a": [0, 1], "units": [1, 1]}, [{"units": 1}, None]),
    change("draws of iterations that are one value now", (RATE, "for i in range(2):", "    rate += {{choice([8, 9])[i]}}", "return rate"), (RATE, "for i in range(2):", "    rate += 9", "return rate"), {"rate": [0.1, 0.1], "rate_1[0]": [1, 0], "rate_1[1]": [1, 1]}, [{"rate": 0.1}, None]),
    # Labels and places.
    change("a variable with another name is other code, its marker the same", (RATE, "return rate"), ("lr = {{uniform(0, 0.5)}}", "return lr"), {"rate": [0.1]}, [None]),
    change("a marker with another label", ("rate = {{uniform(0, 1, name='a')}}", "return rate"), ("rate = {{uniform(0, 1, name='b')}}", "return rate"), {"a": [0.1]}, [{"b": 0.1}], "is now b"),
    change("two markers that exchange their labels", ("return {{uniform(0, 1, name='a')}} + 2 * {{uniform(0, 1, name='b')}}",), ("return {{uniform(0, 1, name='b')}} + 2 * {{uniform(0, 1, name='a')}}",), {"a": [0.1], "b": [0.9]}, [{"b": 0.1, "a": 0.9}]),
    change("two markers of one statement that exchange places", body("return math.hypot({{uniform(0, 1)}}, {{uniform(5, 9)}})", above="import math\n"), body("return math.hypot({{uniform(5, 9)}}, {{uniform(0, 1)}})", above="import math\n"), {"hypot": [0.1], "hypot_1": [6.0]}, [None]),
    change("two statements with a marker each that exchange places", (UNITS, RATE, RETURN), (RATE, UNITS, RETURN), {"units": [1], "rate": [0.1]}, [{"rate": 0.1, "units": 1}]),
    change("a statement that moves to where its name is read", (RATE, "units = rate * 2", "rate = {{uniform(1, 2)}}", RETURN), ("rate = {{uniform(1, 2)}}", RATE, "units = rate * 2", RETURN), {"rate": [0.1], "rate_1": [1.5]}, [None]),
    change("a label that a new marker takes", body("return math.hypot({{uniform(0, 1)}}, 2)", above="import math\n"), body("return math.hypot(math.hypot({{uniform(0, 1)}}, 1), {{choice([2, 3])}})", above="import math\n"), {"hypot": [0.1]}, [None]),
    change("labels that shift", body("return math.hypot(3, 4) + math.hypot({{uniform(0, 9)}}, 2)", above="import math\n"), body("return math.hypot({{choice([3, 4])}}, 4) + math.hypot({{uniform(0, 9)}}, 2)", above="import math\n"), {"hypot": [5.0]}, [{"hypot": 0, "hypot_1": 5.0}]),
    # Other code.
    change("a changed statement that each trial reaches", (RATE, "return rate"), (RATE, "return rate * 2"), {"rate": [0.1]}, [None], "line 3 changed: the one trial is left out"),
    change("a new statement that each trial reaches", (RATE, "return rate"), (RATE, "rate *= 2", "return rate"), {"rate": [0.1]}, [None], "line 3 is new"),
    change("a function that the model calls", "def f(x):\n    return x\n" + body(RATE, "return f(rate)"), "def f(x):\n    return -x\n" + body(RATE, "return f(rate)"), {"rate": [0.1]}, [None]),
    change("a constant that the model reads", "BIAS = 1\n" + body(RATE, "return rate + BIAS"), "BIAS = 2\n" + body(RATE, "return rate + BIAS"), {"rate": [0.1]}, [None]),
    change("data with another content", "def data():\n    return 1\n\ndef model(x):\n    return {{uniform(0, 1)}} + x\n", "def data():\n    return 2\n\ndef model(x):\n    return {{uniform(0, 1)}} + x\n", {"uniform": [0.1]}, [None]),
    change("a model function of another name", body(RATE, "return rate"), body(RATE, "return rate").replace("def model", "def create_model"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("statements in a branch that some trials took", (UNITS, "x = 1", "if units == 64:", "    x = 2", "return x"), (UNITS, "x = 1", "if units == 64:", "    x = 3", "return x"), {"units": [0, 1]}, [None, {"units": 1}], "line 5 changed, which only units=64 reaches: 1 trial is left out"),
    change("a branch for a new option", ("o = {{choice(['a', 'b'])}}", "if o == 'a':", "    x = 1", "else:", "    x = 2", "return x"), ("o = {{choice(['a', 'b', 'c'])}}", "if o == 'a':", "    x = 1", "elif o == 'c':", "    x = 3", "else:", "    x = 2", "return x"), {"o": [0, 1]}, [{"o": 0}, {"o": 1}]),
    change("a branch that takes other values", ("o = {{choice(['a', 'b', 'c'])}}", "x = 1", "if o == 'a':", "    x = 2", "return x"), ("o = {{choice(['a', 'b', 'c'])}}", "x = 1", "if o in ('a', 'b'):", "    x = 2", "return x"), {"o": [0, 1, 2]}, [{"o": 0}, None, {"o": 2}]),
    change("the other side of a branch on a number", ("n = {{uniform(0, 1)}}", "if n > 0.5:", "    x = 1", "else:", "    x = 2", "return x"), ("n = {{uniform(0, 1)}}", "if n > 0.5:", "    x = 1", "else:", "    x = 3", "return x"), {"n": [0.4, 0.6]}, [None, {"n": 0.6}]),
    change("a conditional expression", (UNITS, "return 1 if units == 64 else 2"), (UNITS, "return 1 if units == 64 else 3"), {"units": [0, 1]}, [{"units": 0}, None]),
    change("a branch on a name that is bound twice", (UNITS, "units = units + 0", "x = 1", "if units == 64:", "    x = 2", "return x"), (UNITS, "units = units + 0", "x = 1", "if units == 64:", "    x = 3", "return x"), {"units": [0, 1]}, [None, None]),
    change("a branch that makes a name local", "x = 1\n" + body(UNITS, "if units == 64:", "    print(2)", "return x"), "x = 1\n" + body(UNITS, "if units == 64:", "    x = 2", "return x"), {"units": [1]}, [None]),
    change("a branch on two markers", (UNITS, "o = {{choice([1, 2])}}", "x = 1", "if units == 64 and o == 1:", "    x = 2", "return x"), (UNITS, "o = {{choice([1, 2])}}", "x = 1", "if units == 64 and o == 1:", "    x = 3", "return x"), {"units": [1], "o": [0]}, [None]),
    change("a branch on a marker that is new", ("o = 'a'", RATE, "if o == 'a':", "    rate += 1", "return rate"), ("o = {{choice(['a', 'b'])}}", RATE, "if o == 'a':", "    rate += 1", "else:", "    rate += 2", "return rate"), {"rate": [0.1]}, [{"o": 0, "rate": 0.1}]),
    change("more iterations with a draw each", ("x = 0", "for i in range(2):", "    x += {{choice([8, 9])[i]}}", "return x"), ("x = 0", "for i in range(3):", "    x += {{choice([8, 9])[i]}}", "return x"), {"x[0]": [0], "x[1]": [0]}, [None]),
    # The values of all labels.
    change("code that reads all labels, and a new one", body(RATE, "n = 2", "return rate + n + len(space)"), body(RATE, "n = {{choice([2, 3])}}", "return rate + n + len(space)"), {"rate": [0.1]}, [None]),
    change("a print of all labels, and a new one", body(RATE, "n = 2", "print(space)", "return rate + n"), body(RATE, "n = {{choice([2, 3])}}", "print(space)", "return rate + n"), {"rate": [0.1]}, [{"rate": 0.1, "n": 0}]),
    change("code that reads all labels, and a wider range", body(RATE, "return rate + len(space)"), body("rate = {{uniform(0, 0.8)}}", "return rate + len(space)"), {"rate": [0.1]}, [{"rate": 0.1}]),
    # Random numbers.
    change("draws of random numbers in the trial", "import random\n" + body(RATE, "n = 2", "return rate + n * random.random()"), "import random\n" + body(RATE, "n = {{choice([2, 3])}}", "return rate + n * random.random()"), {"rate": [0.1]}, [{"rate": 0.1, "n": 0}]),
    change("another seed", "import random\nrandom.seed(1)\n" + body(RATE, "return rate + random.random()"), "import random\nrandom.seed(2)\n" + body(RATE, "return rate + random.random()"), {"rate": [0.1]}, [None]),
    change("a statement that draws and runs in each trial now", "import random\nn = 2\nw = random.random() * n\n" + body(RATE, "return rate + w"), "import random\nn = {{choice([2, 3])}}\nw = random.random() * n\n" + body(RATE, "return rate + w"), {"rate": [0.1]}, [None], "which may draw random numbers, now runs in each trial"),
    change("data that draws and runs in each trial now", "import random\ndef data():\n    return random.random() * 2\n\ndef model(x):\n    return {{uniform(0, 1)}} + x\n", "import random\ndef data():\n    return random.random() * {{choice([2, 3])}}\n\ndef model(x):\n    return {{uniform(0, 1)}} + x\n", {"uniform": [0.1]}, [None]),
    change("data that draws nothing and runs in each trial now", "def data():\n    return 2\n\ndef model(x):\n    return {{uniform(0, 1)}} + x\n", "def data():\n    return {{choice([2, 3])}}\n\ndef model(x):\n    return {{uniform(0, 1)}} + x\n", {"uniform": [0.1]}, [{"choice": 0, "uniform": 0.1}]),
    change("draws in another order", "import random\n" + body(RATE, "a = random.random()", "b = random.random()", "return rate + a - b"), "import random\n" + body(RATE, "b = random.random()", "a = random.random()", "return rate + a - b"), {"rate": [0.1]}, [None]),
    # More of other code.
    change("a branch that is gone for an option that nobody took", ("o = {{choice(['a', 'c'])}}", "if o == 'c':", "    x = 3", "else:", "    x = 2", "return x"), ("o = {{choice(['a', 'c'])}}", "x = 2", "return x"), {"o": [0, 1]}, [{"o": 0}, None]),
    change("a branch in front of the others", ("o = {{choice(['a', 'b'])}}", "if o == 'a':", "    x = 1", "else:", "    x = 2", "return x"), ("o = {{choice(['a', 'b', 'c'])}}", "if not o != 'c':", "    x = 3", "elif o == 'a':", "    x = 1", "else:", "    x = 2", "return x"), {"o": [0, 1]}, [{"o": 0}, {"o": 1}]),
    change("a branch that was in front of the others", ("o = {{choice(['a', 'b', 'c'])}}", "if o == 'c' or o == 'd':", "    x = 3", "elif o == 'a':", "    x = 1", "else:", "    x = 2", "return x"), ("o = {{choice(['a', 'b', 'c'])}}", "if o == 'a':", "    x = 1", "else:", "    x = 2", "return x"), {"o": [0, 2]}, [{"o": 0}, None]),
    change("a new statement with a branch of its own", ("o = {{choice(['a', 'b'])}}", "x = 1", "return x"), ("o = {{choice(['a', 'b', 'c'])}}", "x = 1", "if o == 'c':", "    print('c')", "    x = 3", "return x"), {"o": [0, 1]}, [{"o": 0}, {"o": 1}]),
    change("a condition on something else that changed", (RATE, "x = len('ab')", "if x > 1:", "    x = 2", "return x + rate"), (RATE, "x = len('ab')", "if x > 2:", "    x = 2", "return x + rate"), {"rate": [0.1]}, [None]),
    change("a conditional expression on something else", (RATE, "return rate if len('ab') else 3"), (RATE, "return rate if len('ab') else 4"), {"rate": [0.1]}, [None]),
    change("a conditional expression on another test", (UNITS, "return 1 if units == 64 else 3"), (UNITS, "return 1 if units == 128 else 3"), {"units": [0]}, [None]),
    change("a conditional expression with a new marker", (UNITS, "return 1 if units == 64 else 3"), (UNITS, "return 1 if units == 64 else {{choice([3, 4])}}"), {"units": [0]}, [{"units": 0, "choice": 0}]),
    change("an argument more", (RATE, "return max(rate, 0.2)"), (RATE, "return max(rate, 0.2, 0.3)"), {"rate": [0.1]}, [None]),
    change("another argument of several", (RATE, "return max(rate, 0.2, 3)"), (RATE, "return max(rate, 0.3, 3)"), {"rate": [0.1]}, [None]),
    change("an option that binds a name of the function", ("a = {{choice([1, (b := 2)])}}", "return a"), ("a = {{choice([1, (b := 3)])}}", "return a"), {"a": [0]}, [None]),
    change("a literal where options bind a name", ("a = 1", RATE, "return a * rate"), ("a = {{choice([1, (b := 3)])}}", RATE, "return a * rate"), {"rate": [0.1]}, [None]),
    change("a literal where options bound a name", ("a = {{choice([1, (b := 3)])}}", RATE, "return a * rate"), ("a = 1", RATE, "return a * rate"), {"a": [0], "rate": [0.1]}, [None]),
    change("a name where options were", (UNITS, "n = 64", "return units * n"), ("n = 64", "units = n", "return units * n + {{choice([0])}}"), {"units": [0]}, [None]),
    change("one draw in the place of one for each iteration", ("x = 0", "for i in range(2):", "    x += {{choice([8, 9])[i]}}", "return x"), ("x = 0", "for i in range(2):", "    x += {{choice([8, 9])}}", "return x"), {"x[0]": [0], "x[1]": [0]}, [None]),
    change("other options of draws for each iteration", ("x = 0", "for i in range(2):", "    x += {{choice([8, 9])[i]}}", "return x"), ("x = 0", "for i in range(2):", "    x += {{choice([9, 7, 8])[i]}}", "return x"), {"x[0]": [0, 1], "x[1]": [1, 0]}, [{"x[0]": 2, "x[1]": 0}, {"x[0]": 0, "x[1]": 2}]),
    change("draws for each iteration of another index", ("x = 0", "for i in range(2):", "    for j in range(2):", "        x += {{choice([8, 9])[i]}}", "return x"), ("x = 0", "for i in range(2):", "    for j in range(2):", "        x += {{choice([8, 9])[j]}}", "return x"), {"x[0]": [0], "x[1]": [1]}, [None]),
    change("one draw for each iteration where one draw was", ("x = 0", "for i in range(2):", "    x += {{choice([8, 9])}}", "return x"), ("x = 0", "for i in range(2):", "    x += {{choice([8, 9])[i]}}", "return x"), {"x": [1]}, [{"x[0]": 1, "x[1]": 1}]),
    change("two options with draws that are one expression now", ("a = {{choice([max(uniform(0, 1), 0), max(uniform(2, 3), 0), 5])}}", "return a"), ("a = max(0.5, 0) + {{choice([0])}}", "return a"), [{"a": 0, "a.0": 0.5}], [None]),
    change("the first of two options with draws", ("return {{choice([max(uniform(0, 1), 0), max(uniform(2, 3), 0), 5], name='a')}} + {{choice([0], name='b')}}",), ("return max(0.5, 0) + {{choice([0], name='b')}}",), [{"a": 0, "a.0": 0.5, "b": 0}, {"a": 1, "a.1": 2.5, "b": 0}, {"a": 2, "b": 0}], [{"b": 0}, None, None]),
    change("a marker that trials reach now", "def unused():\n    return {{choice([1, 2], name='u')}}\n" + body(RATE, "return rate"), "def unused():\n    return {{choice([1, 2], name='u')}}\n" + body(RATE, "return rate + unused()"), {"rate": [0.1]}, [None]),
    change("an assignment that moves above others, read by a function", "b = 2\na = 1\ndef f():\n    return a\n" + body(RATE, "return rate * f() * b"), "a = 1\nb = 2\ndef f():\n    return a\n" + body(RATE, "return rate * f() * b"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("an assignment that moves above the call of a function that reads it", "a = 1\ndef f():\n    return a\nb = f()\na = 2\n" + body(RATE, "return rate * b * a"), "a = 1\ndef f():\n    return a\na = 2\nb = f()\n" + body(RATE, "return rate * b * a"), {"rate": [0.1]}, [None]),
    change("an assignment of a call that moves", (RATE, "a = abs(1)", "b = 2", "return rate * a * b"), (RATE, "b = 2", "a = abs(1)", "return rate * a * b"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("two assignments of calls that exchange places", (RATE, "a = abs(1)", "b = abs(2)", "return rate * a * b"), (RATE, "b = abs(2)", "a = abs(1)", "return rate * a * b"), {"rate": [0.1]}, [None]),
    change("an import between a marker and its new place", (UNITS, "import math", RATE, "return units * rate"), ("import math", RATE, UNITS, "return units * rate"), {"units": [0], "rate": [0.1]}, [{"rate": 0.1, "units": 0}]),
    change("a marker that moves across a return", (RATE, "n = {{choice([1, 2])}}", "if len('a') > 5:", "    return 3", "x = 1", "return rate + n + x"), (RATE, "if len('a') > 5:", "    return 3", "n = {{choice([1, 2])}}", "x = 1", "return rate + n + x"), {"rate": [0.1], "n": [0]}, [None]),
    change("a global marker that moves in a function", "n = 1\n" + body("global n", "n = {{choice([1, 2])}}", "x = 1", RATE, "return rate + n + x"), "n = 1\n" + body("global n", "x = 1", RATE, "n = {{choice([1, 2])}}", "return rate + n + x"), {"rate": [0.1], "n": [0]}, [None]),
    change("a constant that is bound in two places", "TOP = 0.5\nif TOP > 1:\n    TOP = 2\n" + body("rate = {{uniform(0, TOP)}}", "return rate"), "TOP = 0.4\nif TOP > 1:\n    TOP = 2\n" + body("rate = {{uniform(0, TOP)}}", "return rate"), {"rate": [0.1]}, [None]),
    change("a new marker within code that nothing else needs", "def f():\n    return {{choice([1, 2], name='u')}}\n" + body(RATE, "return rate"), body(RATE, "return rate"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("other arguments of data", "from hyperas import optim\ndef data(n):\n    return n\n\ndef model(x):\n    return {{uniform(0, 1)}} + x\n\noptim.minimize(model, data, data_args=(1,))\n", "from hyperas import optim\ndef data(n):\n    return n\n\ndef model(x):\n    return {{uniform(0, 1)}} + x\n\noptim.minimize(model, data, data_args=(2,))\n", [], [], "data() is given other arguments"),
    change("a parameter of another name", "def data():\n    return 1\n\ndef model(x):\n    return {{uniform(0, 1)}} + x\n", "def data():\n    return 1\n\ndef model(y):\n    return {{uniform(0, 1)}} + y\n", {"uniform": [0.1]}, [None]),
    change("data under another name", "def data():\n    return 1\n\ndef model(x=1):\n    return {{uniform(0, 1)}} + x\n", "def rows():\n    return 1\n\ndef model(x=1):\n    return {{uniform(0, 1)}} + x\n", {"uniform": [0.1]}, [None], "the data function is another one"),
    change("a script that ends with another call", "def main():\n    return {{uniform(0, 1)}}\n\ndef other():\n    return 1\n\nloss = main()\n", "def main():\n    return {{uniform(0, 1)}}\n\ndef other():\n    return 1\n\nloss = main() + 1\n", {"uniform": [0.1]}, [None]),
    change("a comment that says when code runs", "import os\nn = len(os.sep)  # hypertemplate: setup\n" + body(RATE, "return rate * n"), "import os\nn = len(os.sep)  # hypertemplate: trial\n" + body(RATE, "return rate * n"), {"rate": [0.1]}, [None], "comments say when code runs"),
    change("trial.params, and a new label", "from hypertemplate import trial\n" + body(RATE, "n = 2", "return rate + n + len(trial.params)"), "from hypertemplate import trial\n" + body(RATE, "n = {{choice([2, 3])}}", "return rate + n + len(trial.params)"), {"rate": [0.1]}, [None], "reads the values of all labels"),
    change("trial.number, and a new label", "from hypertemplate import trial\n" + body(RATE, "n = 2", "return (trial.number or 0) + rate + n"), "from hypertemplate import trial\n" + body(RATE, "n = {{choice([2, 3])}}", "return (trial.number or 0) + rate + n"), {"rate": [0.1]}, [{"rate": 0.1, "n": 0}]),
    change("draws before data, which runs in each trial now", "import random\ndef data():\n    return 2\n\nw = random.random() * {{choice([1, 2])}}\n\ndef model(x):\n    return {{uniform(0, 1)}} + x + w\n", "import random\ndef data():\n    return {{choice([2, 3])}}\n\nw = random.random() * {{choice([1, 2])}}\n\ndef model(x):\n    return {{uniform(0, 1)}} + x + w\n", {"w": [0], "uniform": [0.1]}, [None], "data() may now run in each trial"),
    change("data that drew in each trial, and runs once now", "import random\ndef data():\n    return random.random() * {{choice([2, 3])}}\n\ndef model(x):\n    return {{uniform(0, 1)}} + x\n", "import random\ndef data():\n    return random.random() * 2\n\ndef model(x):\n    return {{uniform(0, 1)}} + x\n", {"choice": [0], "uniform": [0.1]}, [None], "data() now runs once"),
    change("a statement that drew in each trial, and runs once now", "import random\nn = {{choice([2, 3])}}\nw = random.random() * n\n" + body(RATE, "return rate + w"), "import random\nn = 2\nw = random.random() * n\n" + body(RATE, "return rate + w"), {"n": [0], "rate": [0.1]}, [None], "now runs once, before the trials"),
    change("a function that is defined again below", "def f():\n    return {{choice([1, 2], name='u')}}\n" + body(RATE, "return rate + f()"), "def f():\n    return {{choice([1, 2], name='u')}}\ndef f():\n    return 1\n" + body(RATE, "return rate + f()"), {"u": [0], "rate": [0.1]}, [None]),
    change("a marker in a function that is defined again below", "def f():\n    return 1\ndef f():\n    return 1\n" + body(RATE, "return rate + f()"), "def f():\n    return {{choice([1, 2], name='u')}}\ndef f():\n    return 1\n" + body(RATE, "return rate + f()"), {"rate": [0.1]}, [None]),
    change("a marker that was in a function that is defined again below", "def f():\n    return {{choice([1, 2], name='u')}}\ndef f():\n    return 1\n" + body(RATE, "return rate + f()"), "def f():\n    return 1\ndef f():\n    return 1\n" + body(RATE, "return rate + f()"), {"rate": [0.1]}, [None]),
    change("a branch that makes names local in other ways", "import os as e\n" + body(UNITS, "if units == 64:", "    units + 1", "return len(e.sep)"), "import os as e\n" + body(UNITS, "if units == 64:", "    try:", "        units + 2", "    except TypeError as e:", "        pass", "return len(e.sep)"), {"units": [1]}, [None]),
    change("a branch that makes a generator of the function", "def f(n):\n    if {{choice([1, 2], name='n')}} == 1:\n        return [n]\n    return [n]\n" + body(RATE, "return list(f(rate))[0]"), "def f(n):\n    if {{choice([1, 2], name='n')}} == 1:\n        yield n\n    return [n]\n" + body(RATE, "return list(f(rate))[0]"), {"n": [1], "rate": [0.1]}, [None]),
    change("a branch that binds a name of its own", (UNITS, "x = 1", "if units == 64:", "    x = 2", "return x"), (UNITS, "x = 1", "if units == 64:", "    y = 2", "    x = y + 1", "return x"), {"units": [0, 1]}, [None, {"units": 1}]),
    change("a branch on draws for each iteration", ("x = 0", "for i in range(2):", "    if {{choice([8, 9])[i]}} == 8:", "        x += 1", "return x"), ("x = 0", "for i in range(2):", "    if {{choice([8, 9])[i]}} == 8:", "        x += 2", "return x"), {"choice[0]": [1], "choice[1]": [1]}, [None]),
    change("a module of a branch with an assignment of its own", "o = {{choice(['a', 'b'])}}\nx = 1\nif o == 'a':\n    x = 2\nloss = x\n", "o = {{choice(['a', 'b'])}}\nx = 1\nif o == 'a':\n    x = 3\nloss = x\n", {"o": [0, 1]}, [None, {"o": 1}]),
    change("a comment that leaves out a statement", "n = 1\nn = 2\n" + body(RATE, "return rate * n"), "n = 1\nn = 2  # hypertemplate: skip\n" + body(RATE, "return rate * n"), {"rate": [0.1]}, [None], "comments say when code runs"),
    change("another model function", "def model():\n    return {{uniform(0, 1)}}\n", "def model():\n    return {{uniform(0, 1)}}\n\ndef model():\n    return 1 + {{uniform(0, 1)}}\n", {"uniform": [0.1]}, [None], "the model function is another one"),
    change("a script that is one call now", "def main():\n    return {{uniform(0, 1)}}\n\nloss = 1\nmain()\nmain()\n", "def main():\n    return {{uniform(0, 1)}}\n\nloss = 1\nmain()\n", {"uniform": [0.1]}, [None], "the script ends with another call"),
    change("a marker that moves within a try", (RATE, "try:", "    x = len('a')", "    n = {{choice([1, 2])}}", "finally:", "    pass", "return rate + n + x"), (RATE, "try:", "    n = {{choice([1, 2])}}", "    x = len('a')", "finally:", "    pass", "return rate + n + x"), {"rate": [0.1], "n": [0]}, [None]),
    change("an index that counts further", ("x = 0", "count = 2", "for i in range(count):", "    x += {{choice([8, 9])[i]}}", "return x"), ("x = 0", "count = 3", "for i in range(count):", "    x += {{choice([8, 9])[i]}}", "return x"), {"x[0]": [0], "x[1]": [0]}, [None]),
    change("a marker that moves above an import, read by a function", "import math\nn = {{choice([1, 2])}}\ndef f():\n    return n + math.pi\n" + body(RATE, "return rate * f()"), "n = {{choice([1, 2])}}\nimport math\ndef f():\n    return n + math.pi\n" + body(RATE, "return rate * f()"), {"n": [0], "rate": [0.1]}, [{"n": 0, "rate": 0.1}]),
    change("a marker that moves above a call, read by a function", "class A:\n    pass\na = A()\nn = {{choice([1, 2])}}\ndef f():\n    return n\n" + body(RATE, "return rate * f() + len(str(a)) * 0"), "class A:\n    pass\nn = {{choice([1, 2])}}\na = A()\ndef f():\n    return n\n" + body(RATE, "return rate * f() + len(str(a)) * 0"), {"n": [0], "rate": [0.1]}, [{"n": 0, "rate": 0.1}]),
    change("a marker that moves above a call that reads it", "n = 3\nclass A:\n    def __init__(self):\n        self.n = f()\ndef f():\n    return n\na = A()\nn = {{choice([1, 2])}}\n" + body(RATE, "return rate * f() + a.n"), "n = 3\nclass A:\n    def __init__(self):\n        self.n = f()\ndef f():\n    return n\nn = {{choice([1, 2])}}\na = A()\n" + body(RATE, "return rate * f() + a.n"), {"n": [0], "rate": [0.1]}, [None]),
    change("a marker that moves above an assignment to a part, read by a function", "a = [1]\na[0] = 2\nn = {{choice([1, 2])}}\ndef f():\n    return n\n" + body(RATE, "return rate * f() + a[0]"), "a = [1]\nn = {{choice([1, 2])}}\na[0] = 2\ndef f():\n    return n\n" + body(RATE, "return rate * f() + a[0]"), {"n": [0], "rate": [0.1]}, [{"n": 0, "rate": 0.1}]),
    change("a branch on a name that is bound below", (RATE, "x = 1", "o = {{choice([1, 2])}}", "return rate * x + o"), (RATE, "x = 1", "if o == 1:", "    x = 2", "o = {{choice([1, 2])}}", "return rate * x + o"), {"rate": [0.1], "o": [1]}, [None]),
    change("a branch with patterns", (UNITS, "x = 1", "if units == 64:", "    x = 2", "return x"), (UNITS, "x = 1", "if units == 64:", "    match {'a': 1}:", "        case {'a': 2}:", "            x = 3", "        case {'b': 1, **rest}:", "            x = len(rest)", "return x"), {"units": [0, 1]}, [None, {"units": 1}]),
    change("members of a class that change their order", "from enum import Enum\nclass E(Enum):\n    A = 1\n    B = {{choice([2, 3])}}\n" + body(RATE, "return rate * list(E)[0].value"), "from enum import Enum\nclass E(Enum):\n    B = {{choice([2, 3])}}\n    A = 1\n" + body(RATE, "return rate * list(E)[0].value"), {"B": [0], "rate": [0.1]}, [None]),
    change("assignments that change their order, which code may list", "a = 1\nb = {{choice([2, 3])}}\n" + body(RATE, "return rate * [v for k, v in globals().items() if k in ('a', 'b')][0]"), "b = {{choice([2, 3])}}\na = 1\n" + body(RATE, "return rate * [v for k, v in globals().items() if k in ('a', 'b')][0]"), {"b": [0], "rate": [0.1]}, [None]),
    change("Hyperas's conditional", "from hyperas.distributions import conditional\n" + body("if conditional({{choice(['a', 'b'], name='o')}}) == 'a':", "    x = 1", "else:", "    x = 2", "return x"), "from hyperas.distributions import conditional\n" + body("if conditional({{choice(['a', 'b'], name='o')}}) == 'a':", "    x = 3", "else:", "    x = 2", "return x"), {"o": [0, 1]}, [None, {"o": 1}]),
    change("a function that is also called conditional", "def conditional(x):\n    return 'a'\n" + body("if conditional({{choice(['a', 'b'], name='o')}}) == 'a':", "    x = 1", "else:", "    x = 2", "return x"), "def conditional(x):\n    return 'a'\n" + body("if conditional({{choice(['a', 'b'], name='o')}}) == 'a':", "    x = 3", "else:", "    x = 2", "return x"), {"o": [1]}, [None]),
    change("a number beyond all floats", (RATE, "return rate if 10 ** 400 else 1"), (RATE, "return rate if {{quniform(0, 4, 1)}} else 1"), {"rate": [0.1]}, [None]),
    change("a branch for a new option with a marker of its own", ("o = {{choice(['a', 'b'])}}", "x = 1", "if o == 'a':", "    x = 2", "return x"), ("o = {{choice(['a', 'b', 'c'])}}", "x = 1", "if o == 'a':", "    x = 2", "elif o == 'c':", "    x = {{choice([uniform(2, 4), 5])}}", "return x"), {"o": [0, 1]}, [{"o": 0, "x": 0, "x.0": 3.0}, {"o": 1, "x": 0, "x.0": 3.0}]),
    change("a branch with a marker of its own that is gone", ("o = {{choice(['a', 'b'])}}", "x = 1", "if o == 'a':", "    x = {{uniform(2, 4)}}", "return x"), ("o = {{choice(['a', 'b'])}}", "x = 1", "if o == 'a':", "    x = abs(3)", "return x"), {"o": [0, 1], "x": [3.0, 3.0]}, [None, {"o": 1}]),
    change("data that is changed in some trials, and draws", "import random\ndef data():\n    return [random.random()]\n\ndef model(x):\n    o = {{choice([1, 2])}}\n    return o + x[0]\n", "import random\ndef data():\n    return [random.random()]\n\ndef model(x):\n    o = {{choice([1, 2])}}\n    if o == 2:\n        x.append(3)\n    return o + x[0]\n", {"o": [0]}, [None], "random numbers may be drawn"),
    change("another test of a marker in its place", ("if {{choice(['a', 'b', 'c'], name='o')}} == 'a':", "    return 1", "return 2"), ("if {{choice(['c', 'b', 'a'], name='o')}} in ('a', 'b'):", "    return 1", "return 2"), {"o": [0, 1, 2]}, [{"o": 2}, None, {"o": 0}]),
    change("a test of a name in the place of one of a marker", (UNITS, "if {{choice([1, 2], name='o')}} == 1:", "    return 1", "return units"), (UNITS, "if units == 64:", "    return 1", "return units"), {"units": [0], "o": [0]}, [None]),
    change("what shows something, with its import", "rate = {{uniform(0, 1)}}\nloss = rate\n", "from pprint import pprint\nrate = {{uniform(0, 1)}}\npprint(rate)\nloss = rate\n", {"rate": [0.1]}, [{"rate": 0.1}]),
    change("an import of what plots, for something else", "rate = {{uniform(0, 1)}}\nloss = rate\n", "from pprint import pformat\nrate = {{uniform(0, 1)}}\nloss = rate + len(pformat(rate)) * 0\n", {"rate": [0.1]}, [None]),
    change("an import of something else", "rate = {{uniform(0, 1)}}\nloss = rate\n", "import math\nrate = {{uniform(0, 1)}}\nloss = rate\n", {"rate": [0.1]}, [{"rate": 0.1}]),
    change("an import of all names of what plots", "rate = {{uniform(0, 1)}}\nloss = rate\n", "from pprint import *\nrate = {{uniform(0, 1)}}\nloss = rate\n", {"rate": [0.1]}, [None]),
    # What reads something, and may fail where other code catches that.
    change("a value that is read where an error is caught", "import math\ntry:\n    math.pi\n    n = 1\nexcept AttributeError:\n    n = 2\n" + body(RATE, "return rate * n"), "import math\ntry:\n    math.pie\n    n = 1\nexcept AttributeError:\n    n = 2\n" + body(RATE, "return rate * n"), {"rate": [0.1]}, [None]),
    change("a print of a value where an error is caught", (RATE, "n = 2", "try:", "    print('begin', rate)", "    n = 1", "except KeyError:", "    pass", "return rate * n"), (RATE, "n = 2", "try:", "    print([][1])", "    n = 1", "except KeyError:", "    pass", "return rate * n"), {"rate": [0.1]}, [None]),
    change("a print of an item in a function whose error is caught", "D = {}\ndef f():\n    return 1\n" + body(RATE, "try:", "    return rate * f()", "except KeyError:", "    return 2"), "D = {}\ndef f():\n    print(D['b'])\n    return 1\n" + body(RATE, "try:", "    return rate * f()", "except KeyError:", "    return 2"), {"rate": [0.1]}, [None]),
    change("a print in a block that ends its errors", "import contextlib\n" + body(RATE, "n = 2", "with contextlib.suppress(KeyError):", "    n = 1", "return rate * n"), "import contextlib\n" + body(RATE, "n = 2", "with contextlib.suppress(KeyError):", "    print([][1])", "    n = 1", "return rate * n"), {"rate": [0.1]}, [None]),
    change("a print in a block with a context of its own", "class Quiet:\n    def __enter__(self):\n        pass\n    def __exit__(self, *_):\n        return True\n" + body(RATE, "n = 2", "with Quiet():", "    n = 1", "return rate * n"), "class Quiet:\n    def __enter__(self):\n        pass\n    def __exit__(self, *_):\n        return True\n" + body(RATE, "n = 2", "with Quiet():", "    print([][1])", "    n = 1", "return rate * n"), {"rate": [0.1]}, [None]),
    change("a print where a last statement ends the error", (RATE, "for n in [1, 2]:", "    try:", "        n = 5", "    finally:", "        break", "return rate * n"), (RATE, "for n in [1, 2]:", "    try:", "        print([][1])", "        n = 5", "    finally:", "        break", "return rate * n"), {"rate": [0.1]}, [None]),
    change("a print of names where an error is caught", (RATE, "n = 2", "try:", "    n = 1", "except KeyError:", "    pass", "return rate * n"), (RATE, "n = 2", "try:", "    print(f'rate {rate}', n)", "    n = 1", "except KeyError:", "    pass", "return rate * n"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a print of an item beside a block whose error is caught", "D = [1]\n" + body(RATE, "try:", "    n = len('a')", "except KeyError:", "    n = 2", "return rate * n"), "D = [1]\n" + body(RATE, "try:", "    n = len('a')", "except KeyError:", "    n = 2", "print(D[0])", "return rate * n"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a print of a difference that runs code", "import itertools\nc = itertools.count()\nclass V:\n    def __sub__(self, o):\n        return next(c)\nv = V()\n" + body(RATE, "return rate + next(c)"), "import itertools\nc = itertools.count()\nclass V:\n    def __sub__(self, o):\n        return next(c)\nv = V()\nprint(v - 1)\n" + body(RATE, "return rate + next(c)"), {"rate": [0.1]}, [None]),
    change("a plot that is read back", "import matplotlib.pyplot as plt\n" + body(RATE, "plt.figure()", "return rate * len(plt.gcf().canvas.get_supported_filetypes())"), "import matplotlib.pyplot as plt\n" + body(RATE, "plt.figure(figsize=(1, 1))", "return rate * len(plt.gcf().canvas.get_supported_filetypes())"), {"rate": [0.1]}, [None]),
    change("a plot in a file that is opened", "import matplotlib.pyplot as plt\n" + body(RATE, "plt.savefig('a.png')", "with open('a.png', 'rb') as file:", "    return rate + len(file.read())"), "import matplotlib.pyplot as plt\n" + body(RATE, "plt.plot([1])", "plt.savefig('a.png')", "with open('a.png', 'rb') as file:", "    return rate + len(file.read())"), {"rate": [0.1]}, [None]),
    *PLOTS,
    # Code that reads itself.
    change("a comment where code reads numbers of lines", "import sys\n" + body(RATE, "return rate + sys._getframe().f_lineno"), "import sys\n# A comment.\n" + body(RATE, "return rate + sys._getframe().f_lineno"), {"rate": [0.1]}, [None], "reads the text of code, which has changed"),
    change("a comment where code reads its source", "from inspect import getsource\ndef f():\n    return 1\n" + body(RATE, "return rate + len(getsource(f))"), "from inspect import getsource\ndef f():\n    # A comment.\n    return 1\n" + body(RATE, "return rate + len(getsource(f))"), {"rate": [0.1]}, [None], "reads the text of code, which has changed"),
    change("no change where code reads its source", "from inspect import getsource\n" + body(RATE, "return rate + len(getsource(len))"), "from inspect import getsource\n" + body(RATE, "return rate + len(getsource(len))"), [], []),
    # Names that other code may bind.
    change("a branch on a name that may be set by its text", "import sys\no = {{choice(['a', 'b'])}}\nsetattr(sys.modules[__name__], 'o', 'a')\n" + body(RATE, "x = 1", "if o == 'a':", "    x = 2", "return x * rate"), "import sys\no = {{choice(['a', 'b'])}}\nsetattr(sys.modules[__name__], 'o', 'a')\n" + body(RATE, "x = 1", "if o == 'a':", "    x = 3", "return x * rate"), {"o": [1], "rate": [0.1]}, [None]),
    # Draws that get, or lose, a name of their own.
    change("a marker whose value gets a name", DENSE + body(RATE, "return rate * dense(128)"), DENSE + body(RATE, UNITS, "return rate * dense(units)"), {"rate": [0.1]}, [{"rate": 0.1, "units": 1}], "128 stood there before: the one trial gets 128"),
    change("a marker whose value gets a name of the module", DENSE + body(RATE, "x = dense(128)", "return rate * x * 128"), DENSE + f"{UNITS}\n" + body(RATE, "x = dense(units)", "return rate * x * units"), {"rate": [0.1]}, [{"units": 1, "rate": 0.1}]),
    change("a name for two values", DENSE + body(RATE, "return rate * dense(128, 64)"), DENSE + body(RATE, UNITS, "return rate * dense(units, units)"), {"rate": [0.1]}, [None]),
    change("a named marker that is used once more", DENSE + body(RATE, "return rate * dense(128)"), DENSE + body(RATE, UNITS, "return rate * dense(units, units)"), {"rate": [0.1]}, [None]),
    change("a named marker that is bound below", DENSE + body(RATE, "x = dense(128)", "return rate * x"), DENSE + body(RATE, "x = dense(units)", UNITS, "return rate * x"), {"rate": [0.1]}, [None]),
    change("a named marker beside code that lists names", DENSE + body(RATE, "return rate * dense(128) + len(locals())"), DENSE + body(RATE, UNITS, "return rate * dense(units) + len(locals())"), {"rate": [0.1]}, [None]),
    change("a named marker that a class has", "class Net:\n    size = abs(128)\n" + body(RATE, "return rate * len(vars(Net)) * Net.size"), "class Net:\n    units = {{choice([64, 128])}}\n    size = abs(units)\n" + body(RATE, "return rate * len(vars(Net)) * Net.size"), {"rate": [0.1]}, [None]),
    change("a named marker that a class has, which nothing lists", "class Net:\n    size = abs(128)\n" + body(RATE, "return rate * len(sorted(Net.__annotations__)) * Net.size"), "class Net:\n    units = {{choice([64, 128])}}\n    size = abs(units)\n" + body(RATE, "return rate * len(sorted(Net.__annotations__)) * Net.size"), {"rate": [0.1]}, [None]),
    change("a named marker whose options run code", DENSE + body(RATE, "return rate * dense(128)"), DENSE + body(RATE, "units = {{choice([abs(-64), 128])}}", "return rate * dense(units)"), {"rate": [0.1]}, [None]),
    change("a marker that loses its name", DENSE + body(RATE, UNITS, "return rate * dense(units, units)"), DENSE + body(RATE, "return rate * dense(128, 128)"), {"rate": [0.1, 0.1], "units": [0, 1]}, [None, {"rate": 0.1}], "is now 128: 1 of 2 trials had 128"),
    change("a marker that loses its name to two values", DENSE + body(RATE, UNITS, "return rate * dense(units, units)"), DENSE + body(RATE, "return rate * dense(128, 64)"), {"rate": [0.1, 0.1], "units": [0, 1]}, [None, None]),
    # Functions that stand elsewhere.
    change("a function that is defined below", "def f(x, n=2):\n    return x * n\n" + "k = len('ab')\n" + body(RATE, "return f(rate) * k"), "k = len('ab')\n" + body(RATE, "return f(rate) * k") + "def f(x, n=2):\n    return x * n\n", {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a function that is defined below, which other code may call by a name of Python's", "def f(x, n=2):\n    return x * n\n".replace("f(", "abs(") + "k = abs(-2)\n" + body(RATE, "return f(rate) * k").replace("f(", "abs("), "k = abs(-2)\n" + "def f(x, n=2):\n    return x * n\n".replace("f(", "abs(") + body(RATE, "return f(rate) * k").replace("f(", "abs("), {"rate": [0.1]}, [None]),
    change("a function that is defined below where an error is caught", "def f(x, n=2):\n    return x * n\n" + "try:\n    k = f(1)\nexcept NameError:\n    k = 5\n" + body(RATE, "return f(rate) * k"), "try:\n    k = f(1)\nexcept NameError:\n    k = 5\n" + "def f(x, n=2):\n    return x * n\n" + body(RATE, "return f(rate) * k"), {"rate": [0.1]}, [None]),
    change("a function that is defined below where any error is caught", "def f(x, n=2):\n    return x * n\n" + "try:\n    k = f(1)\nexcept:\n    k = 5\n" + body(RATE, "return f(rate) * k"), "try:\n    k = f(1)\nexcept:\n    k = 5\n" + "def f(x, n=2):\n    return x * n\n" + body(RATE, "return f(rate) * k"), {"rate": [0.1]}, [None]),
    change("a function that is defined below where another error is caught", "try:\n    k = len('ab')\nexcept TypeError:\n    k = 5\n" + "def f(x, n=2):\n    return x * n\n" + "j = abs(2)\n" + body(RATE, "return f(rate) * k"), "try:\n    k = len('ab')\nexcept TypeError:\n    k = 5\n" + "j = abs(2)\n" + body(RATE, "return f(rate) * k") + "def f(x, n=2):\n    return x * n\n", {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a function with a default that runs code, defined below", "def f(x, n=[len('a')]):\n    return x * n[0]\n" + "k = len('ab')\n" + body(RATE, "return f(rate) * k"), "k = len('ab')\n" + "def f(x, n=[len('a')]):\n    return x * n[0]\n" + body(RATE, "return f(rate) * k"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a function with a default that draws, defined below", "import random\ndef f(x, n=random.random()):\n    return x * n\nk = random.random()\n" + body(RATE, "return f(rate) * k"), "import random\nk = random.random()\ndef f(x, n=random.random()):\n    return x * n\n" + body(RATE, "return f(rate) * k"), {"rate": [0.1]}, [None]),
    # Statements that stand elsewhere.
    change("statements that have nothing to do with each other", "import math\na = [1]\nb = math.sqrt(4)\na.append(2)\n" + body(RATE, "return rate * len(a) * b"), "a = [1]\na.append(2)\nimport math\nb = math.sqrt(4)\n" + body(RATE, "return rate * len(a) * b"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a value that is read above its new place", "a = [1]\nb = len(a)\na.append(2)\n" + body(RATE, "return rate * len(a) * b"), "a = [1]\na.append(2)\nb = len(a)\n" + body(RATE, "return rate * len(a) * b"), {"rate": [0.1]}, [None]),
    change("a list that has two names", "a = [1]\nb = a\nc = sum(b)\na.append(2)\n" + body(RATE, "return rate * c + len(b)"), "a = [1]\nb = a\na.append(2)\nc = sum(b)\n" + body(RATE, "return rate * c + len(b)"), {"rate": [0.1]}, [None]),
    change("draws in another order", "import random\na = random.random()\nb = random.gauss(0, 1)\n" + body(RATE, "return rate * a + b"), "import random\nb = random.gauss(0, 1)\na = random.random()\n" + body(RATE, "return rate * a + b"), {"rate": [0.1]}, [None]),
    change("a seed below a draw", "import random\nrandom.seed(1)\na = random.random()\n" + body(RATE, "return rate * a"), "import random\na = random.random()\nrandom.seed(1)\n" + body(RATE, "return rate * a"), {"rate": [0.1]}, [None]),
    change("a seed below what draws nothing", "import random\nrandom.seed(1)\na = [2]\n" + body(RATE, "return rate * a[0] + random.random()"), "import random\na = [2]\nrandom.seed(1)\n" + body(RATE, "return rate * a[0] + random.random()"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a function that is called above its new place", "def f():\n    return k\nk = 1\na = f()\nk = 2\n" + body(RATE, "return rate * a + f()"), "def f():\n    return k\nk = 1\nk = 2\na = f()\n" + body(RATE, "return rate * a + f()"), {"rate": [0.1]}, [None]),
    change("an import of more", "import math\n" + body(RATE, "return rate * math.pi"), "import math, json\n" + body(RATE, "return rate * math.pi"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("an import for a new option", "import math\n" + body("f = {{choice([math.sin, math.cos])}}", "return f(1)"), "import math\nfrom operator import neg\n" + body("f = {{choice([math.sin, math.cos, neg])}}", "return f(1)"), {"f": [0]}, [{"f": 0}]),
    change("an import of another thing under the same name", "from math import sin as f\n" + body(RATE, "return f(rate)"), "from math import cos as f\n" + body(RATE, "return f(rate)"), {"rate": [0.1]}, [None]),
    change("an import that takes the place of a builtin", body(RATE, "return pow(rate, 2)"), "from math import pow\n" + body(RATE, "return pow(rate, 2)"), {"rate": [0.1]}, [None]),
    change("an import below a setting of others", "import os, decimal\n" + body(RATE, "return rate * len(os.sep)"), "import decimal\ndecimal.getcontext().prec = 5\nimport os, decimal\n" + body(RATE, "return rate * len(os.sep) * float(decimal.Decimal(1) / 3)"), {"rate": [0.1]}, [None]),
    change("a function that is defined below what might call it", "def f(x, n=2):\n    return x * n\nk = 1 if len('ab') else f(1)\nj = abs(2)\ni = abs(3)\n" + body(RATE, "return f(rate) * k + i + j"), "k = 1 if len('ab') else f(1)\nj = abs(2)\ni = abs(3)\ndef f(x, n=2):\n    return x * n\n" + body(RATE, "return f(rate) * k + i + j"), {"rate": [0.1]}, [{"rate": 0.1}]),
    change("a function that is defined below where its absence is caught", "def f(x, n=2):\n    return x * n\ntry:\n    k = f(1)\nexcept (NameError, TypeError):\n    k = 5\nj = abs(2)\ni = abs(3)\n" + body(RATE, "return f(rate) * k + i + j"), "try:\n    k = f(1)\nexcept (NameError, TypeError):\n    k = 5\nj = abs(2)\ni = abs(3)\ndef f(x, n=2):\n    return x * n\n" + body(RATE, "return f(rate) * k + i + j"), {"rate": [0.1]}, [None]),
    change("a marker that moves in a function, read by another one", ("n = {{choice([1, 2])}}", "import math", "k = 3", RATE, "return rate * (lambda: n)() * k + math.pi"), ("import math", "k = 3", "n = {{choice([1, 2])}}", RATE, "return rate * (lambda: n)() * k + math.pi"), {"n": [0], "rate": [0.1]}, [{"n": 0, "rate": 0.1}]),
    change("a marker that moves in a function below constants, read by another one", ("n = {{choice([1, 2])}}", "k = 3", "j = 4", RATE, "return rate * (lambda: n)() * k + j"), ("k = 3", "j = 4", "n = {{choice([1, 2])}}", RATE, "return rate * (lambda: n)() * k + j"), {"n": [0], "rate": [0.1]}, [{"n": 0, "rate": 0.1}]),
    change("a marker that moves in a function below an assignment to a part, read by another one", ("d = {}", "n = {{choice([1, 2])}}", "d['a'] = 3", "d['b'] = 4", RATE, "return rate * (lambda: n)() * len(d)"), ("d = {}", "d['a'] = 3", "d['b'] = 4", "n = {{choice([1, 2])}}", RATE, "return rate * (lambda: n)() * len(d)"), {"n": [0], "rate": [0.1]}, [None]),
    change("a marker that moves in a function below a call, read by another one", ("n = {{choice([1, 2])}}", "k = abs(3)", "j = abs(4)", RATE, "return rate * (lambda: n)() * k + j"), ("k = abs(3)", "j = abs(4)", "n = {{choice([1, 2])}}", RATE, "return rate * (lambda: n)() * k + j"), {"n": [0], "rate": [0.1]}, [None]),
    change("an import of more that may read a setting", "import numpy, os\nos.environ['AB'] = '1'\n" + body(RATE, "return rate * numpy.e"), "import numpy, os, json\nos.environ['AB'] = '1'\n" + body(RATE, "return rate * numpy.e"), {"rate": [0.1]}, [None]),
    change("a setting below what may obey it", "import os\nos.environ['A'] = '1'\na = os.getenv('A')\n" + body(RATE, "return rate * len(a or '')"), "import os\na = os.getenv('A')\nos.environ['A'] = '1'\n" + body(RATE, "return rate * len(a or '')"), {"rate": [0.1]}, [None]),
)  # fmt: skip
