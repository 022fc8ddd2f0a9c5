"""Changes that no assignment shows, below a trial statement that reads the object, and beside data and model.

In setup such a change would run before the trial statement; left out, data would be without it.
"""

from __future__ import annotations

import pytest

from tests.compiler.support import LEFT_OUT, TRIAL, cells, placements

ARRAY = "import numpy as np\nx = np.ones((3, 4))\n"
TABLE = "import pandas as pd\nx = pd.DataFrame({'a': [1, 2]})\n"
LIST = "x = [[2, 1]]\n"
COUNTS = "import collections\nx = collections.defaultdict(int)\n"
OBJECT = "class Net:\n    width = 1\n    def widen(self): {body}\nx = Net()\n"

CHANGES = {
    "a method of a list by its class": (LIST, "list.sort(x)"),
    "a method of a dict by its class": ("x = {}\n", "dict.update(x, a=1)"),
    "a method of an array by its class": (ARRAY, "np.ndarray.fill(x, 2)"),
    "a method of a table by its class": (TABLE, "y = pd.DataFrame.pop(x, 'a')"),
    "a method of a deque by its class": (
        "import collections\nx = collections.deque()\n",
        "collections.deque.append(x, 1)",
    ),
    "a method of lists for each item": (LIST, "list(map(list.sort, x))"),
    "an operator as a function": ("import operator\nx = [1]\n", "operator.imul(x, 2)"),
    "out by its place in clip": (ARRAY, "np.clip(x, 1, 3, x)"),
    "out by its place in a sum": (ARRAY, "np.sum(np.eye(4), 0, None, x[0])"),
    "out by its place in a method": (ARRAY, "(x * 2).clip(0, 1, x)"),
    "a second result by its place": (ARRAY, "np.modf(x / 3, x)"),
    "the output of a filter": (
        f"from scipy import ndimage\n{ARRAY}",
        "ndimage.gaussian_filter(x, 1, output=x)",
    ),
    "the target of an expression": (TABLE, "pd.eval('b = x.a', target=x, inplace=True)"),
    "a missing item that is read": (COUNTS, "y = x['a']"),
    "a missing item that is tested": (COUNTS, "if x['a']: pass"),
    "a missing item that a function reads": (f"{COUNTS}def first(of): return of['a']\n", "y = first(x)"),
    "a missing item of a part": (
        "from collections import defaultdict\nx = {'a': defaultdict(int)}\n",
        "y = x['a']['b']",
    ),
    "a missing item of a class's own": (
        "from collections import defaultdict\nclass Counts(defaultdict): pass\nx = Counts(int)\n",
        "y = x['a']",
    ),
    "a cached property": (
        "import functools\nclass Net:\n    @functools.cached_property\n    def width(self): return 1\nx = Net()\n",
        "y = x.width",
    ),
    "an attribute of an object's class": (OBJECT.format(body="pass"), "Net.width = 2"),
    "one by its type": (OBJECT.format(body="pass"), "type(x).width = 2"),
    "one by its class": (OBJECT.format(body="pass"), "x.__class__.width = 2"),
    "one in a method": (OBJECT.format(body="type(self).width += 1"), "Net().widen()"),
    "one of a base": (
        "class Base: width = 1\nclass Net(Base): pass\nx = Net()\n",
        "setattr(Base, 'width', 2)",
    ),
    "one in a class method of an object": (
        "class Net:\n    width = 1\n    @classmethod\n    def widen(cls): cls.width += 1\nx = Net()\n",
        "Net().widen()",
    ),
    "a method that changes its object, whose result is used": (
        "from sklearn.preprocessing import StandardScaler\nx = StandardScaler()\n",
        "y = x.partial_fit([[1]]).transform([[2]])",
    ),
}

_TABLE = [pytest.param(*change, id=name) for name, change in CHANGES.items()]


@pytest.mark.parametrize(("before", "change"), _TABLE)
def test_a_change_below_a_read_of_the_trial_runs_in_the_trial(before: str, change: str) -> None:
    read = "first = str(x) * {{randint(3)}}"
    placed = placements(cells(before, read, change, "loss = len(first + str(x))"))
    assert placed[-2] is TRIAL


@pytest.mark.parametrize(("before", "change"), _TABLE)
def test_a_change_of_what_data_returns_is_kept(before: str, change: str) -> None:
    data = "def data():\n    return str(x)\n"
    placed = placements(cells(before, change, data, "def model(y):\n    return {{uniform(0, 1)}}\n"))
    assert placed[len(placed) - 3] is not LEFT_OUT


@pytest.mark.parametrize(
    ("before", "call"),
    [
        pytest.param(TABLE, "y = x.reset_index()", id="a table with another index"),
        pytest.param(TABLE, "y = x.set_index('a')", id="a table with a column as its index"),
        pytest.param(ARRAY, "y = np.clip(x, 1, 3)", id="a function without out"),
        pytest.param("x = {'a': 1}\n", "y = x['a']", id="an item of a dictionary"),
        pytest.param(LIST, "y = list(map(str.upper, 'ab'))", id="a method of texts for each item"),
        pytest.param(OBJECT.format(body="pass"), "y = type(x).__name__", id="the name of a class"),
    ],
)
def test_what_reads_only_stays_in_setup(before: str, call: str) -> None:
    placed = placements(cells(before, "first = str(x) * {{randint(3)}}", call, "loss = len(first)"))
    assert placed[-2] is not TRIAL
