"""What changes in memory between two searches: each is told by the digests of what the code reads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.api.value_digests import digest, value_digests
from hypertemplate.runtime.protocol import ValueDigest

MAKE = "def make(k):\n    def f(x): return x * k\n    return f\n"
POINT = "class P:\n    def __init__(s, k): s.k = k\n    def __call__(s, x): return x * s.k\n"
OF_RUN = """\
names = {{"__file__": "/home/user/script.py", "K": {}}}
exec("def g(): return K", names)
g = names["g"]
"""

ENUM = "import enum\nclass E(enum.Enum): A = 1; B = 2\n"
RIDGE = "from sklearn.linear_model import Ridge\n"
DATA_CLASS = "from dataclasses import dataclass\n@dataclass\nclass C: k: int = 2\n"
SERIES = "import pandas as pd\nk = pd.Series(['a', 'b'], dtype=pd.CategoricalDtype([{}]))\n"
FRAME = "import pandas as pd\nk = pd.DataFrame({'u': [1, 2]})\n"
WRAPPED = (
    "import functools\ndef deco(k):\n    def d(f):\n        @functools.wraps(f)\n"
    "        def w(x): return f(x) * k\n        return w\n    return d\n@deco({})\ndef g(x): return x"
)
OF_MODULE = "import hm\ndef g(x): return x * hm.K"
READS_K = "\ndef g(x): return k"


@pytest.fixture(autouse=True)
def _no_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("hm", "hn"):
        sys.modules.pop(name, None)


def found(code: str, folder: Path, **files: str) -> dict[str, ValueDigest]:
    for name in ("hm", "hn"):
        sys.modules.pop(name, None)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(code, names)
    return value_digests(["g"], names)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(f"{MAKE}g = make(2)", f"{MAKE}g = make(3)", id="a variable of a closure"),
        pytest.param("def g(x, k=2): return x", "def g(x, k=2): return x\ng.__defaults__ = (3,)", id="a default"),
        pytest.param("def g(x, *, k=2): return x", "def g(x, *, k=3): return x", id="a keyword's default"),
        pytest.param("def g(x): return g.k\ng.k = 2", "def g(x): return g.k\ng.k = 3", id="an attribute of a function"),
        pytest.param(WRAPPED.format(2), WRAPPED.format(3), id="an argument of a decorator that wraps"),
        pytest.param(
            "from functools import partial\ng = partial(pow, 2)",
            "from functools import partial\ng = partial(pow, 3)",
            id="an argument of a partial function",
        ),
        pytest.param("class C: k = 2\ng = C", "class C: k = 2\nC.k = 3\ng = C", id="an attribute of a class"),
        pytest.param("g = type('C', (), {'k': 2})", "g = type('C', (), {'k': 3})", id="a class that is called into being"),
        pytest.param("class B: k = 1\nclass C(B): pass\ng = C()", "class B: k = 5\nclass C(B): pass\ng = C()", id="a base class"),
        pytest.param(
            "class C:\n    def f(self): return 1\ng = C()",
            "class C:\n    def f(self): return 1\nC.f = lambda self: 5\ng = C()",
            id="a method",
        ),
        pytest.param(f"{POINT}g = P(2)", f"{POINT}g = P(3)", id="an attribute of an object"),
        pytest.param(f"{POINT}k = {{'a': [P(2)]}}{READS_K}", f"{POINT}k = {{'a': [P(3)]}}{READS_K}", id="an object in a list in a dict"),
        pytest.param("class S:\n    __slots__ = ('k',)\ng = S(); g.k = 2", "class S:\n    __slots__ = ('k',)\ng = S(); g.k = 3", id="a slot"),
        pytest.param(
            "from types import SimpleNamespace\ng = SimpleNamespace(k=2)",
            "from types import SimpleNamespace\ng = SimpleNamespace(k=3)",
            id="a namespace",
        ),
        pytest.param(f"{DATA_CLASS}g = C(2)", f"{DATA_CLASS}g = C(3)", id="a data class"),
        pytest.param(f"{RIDGE}g = Ridge(alpha=1.0)", f"{RIDGE}g = Ridge(alpha=9.0)", id="a parameter of an estimator"),
        pytest.param(f"{RIDGE}g = Ridge().fit([[1], [2]], [1, 2])", f"{RIDGE}g = Ridge().fit([[1], [2]], [1, 5])", id="what an estimator has learned"),
        pytest.param(
            "from sklearn.tree import DecisionTreeRegressor as T\ng = T().fit([[1], [2]], [1, 2])",
            "from sklearn.tree import DecisionTreeRegressor as T\ng = T().fit([[1], [2]], [1, 5])",
            id="a tree, whose class is written in C",
        ),
        pytest.param(SERIES.format("'a', 'b'") + READS_K, SERIES.format("'b', 'a'") + READS_K, id="the order of categories"),
        pytest.param(SERIES.format("'a', 'b'") + READS_K, SERIES.format("'a', 'b', 'c'") + READS_K, id="a category without rows"),
        pytest.param(f"{FRAME}k.attrs['a'] = 1{READS_K}", f"{FRAME}k.attrs['a'] = 2{READS_K}", id="an attribute of a frame"),
        pytest.param(f"{FRAME}k.index.name = 'a'{READS_K}", f"{FRAME}k.index.name = 'b'{READS_K}", id="the name of an index"),
        pytest.param("import numpy as np\ng = np.ma.array([1, 2], mask=[0, 1])", "import numpy as np\ng = np.ma.array([1, 2], mask=[1, 1])", id="a mask"),
        pytest.param("import numpy as np\ng = np.sin", "import numpy as np\ng = np.cos", id="a universal function"),
        pytest.param("import numpy as np\ng = np.poly1d([2, 0])", "import numpy as np\ng = np.poly1d([3, 0])", id="a polynomial"),
        pytest.param("import numpy as np\ng = np.dtype('f4')", "import numpy as np\ng = np.dtype('f2')", id="a type of elements"),
        pytest.param("from math import sin as g", "from math import cos as g", id="a function of Python"),
        pytest.param("from operator import itemgetter\ng = itemgetter(2)", "from operator import itemgetter\ng = itemgetter(3)", id="a getter of items"),
        pytest.param("from fractions import Fraction\ng = Fraction(1, 2)", "from fractions import Fraction\ng = Fraction(1, 3)", id="a fraction"),
        pytest.param("from decimal import Decimal\ng = Decimal('1')", "from decimal import Decimal\ng = Decimal('1.0')", id="a decimal"),
        pytest.param("import datetime\ng = datetime.date(2020, 1, 1)", "import datetime\ng = datetime.date(2020, 1, 2)", id="a day"),
        pytest.param(f"{ENUM}g = E.A", f"{ENUM}g = E.B", id="a member of an enumeration"),
        pytest.param("from pathlib import Path\ng = Path('a')", "from pathlib import Path\ng = Path('b')", id="a path"),
        pytest.param("import re\ng = re.compile('a')", "import re\ng = re.compile('a', re.I)", id="a pattern's flags"),
        pytest.param(OF_RUN.format(2), OF_RUN.format(3), id="a name of a script that %run has run"),
        pytest.param("g = slice(0, 2)", "g = slice(0, 4)", id="a slice"),
        pytest.param("from collections import deque\ng = deque([1])", "from collections import deque\ng = deque([2])", id="a deque"),
        pytest.param("import random\ng = [1].count", "import random\ng = [2].count", id="the object of a method"),
    ],
)  # fmt: skip
def test_a_change_is_told(tmp_path: Path, before: str, after: str) -> None:
    assert found(before, tmp_path) == found(before, tmp_path)
    assert found(before, tmp_path) != found(after, tmp_path)
    assert all(not one.unseen for one in found(after, tmp_path).values())


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(OF_MODULE, {"hm": "K = 2"}, {"hm": "K = 3"}, id="a name that is read through a module"),
        pytest.param("import hm\ng = hm.g", {"hm": "import hn\ndef g(): return hn.k()", "hn": "def k(): return 2"}, {"hn": "def k(): return 3"}, id="a function of a second module"),
        pytest.param("from hm import g", {"hm": "K = 2\ndef g(): return K"}, {"hm": "K = 3\ndef g(): return K"}, id="a name of the module of a function"),
        pytest.param("def g():\n    import hm\n    return hm.K", {"hm": "K = 2"}, {"hm": "K = 3"}, id="a module that a function imports"),
        pytest.param("def g():\n    import hm\n    return hm.K", {"hm": "from hn import K", "hn": "K = 2"}, {"hn": "K = 3"}, id="a module that such a module imports"),
        pytest.param("import hm\ndef g(): return getattr(hm, 'K')", {"hm": "K = 2"}, {"hm": "K = 3"}, id="a name in a text"),
    ],
)  # fmt: skip
def test_a_change_of_an_own_module_is_told(
    tmp_path: Path, code: str, before: dict[str, str], after: dict[str, str]
) -> None:
    sys.dont_write_bytecode, earlier = True, sys.dont_write_bytecode
    try:
        first = found(code, tmp_path, **before)
        assert first == found(code, tmp_path)
        assert first != found(code, tmp_path, **after)
    finally:
        sys.dont_write_bytecode = earlier


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import threading\nk = threading.Lock()", id="a lock"),
        pytest.param("import logging\nk = logging.getLogger('x'); k.setLevel(10)", id="a logger"),
        pytest.param("import random, numpy\nk = [random.Random(), numpy.random.default_rng()]", id="random generators"),
        pytest.param("class C: pass\nk = [C(), object()]", id="objects at other addresses"),
        pytest.param("import functools\n@functools.cache\ndef k(x): return x\nk(id(k))", id="a cache of results"),
        pytest.param("from functools import cached_property\nclass C:\n    @cached_property\n    def a(s): return id(s)\nk = C()\nk.a", id="a property that is computed late"),
        pytest.param("k = []\nk.append(k)", id="a list that holds itself"),
        pytest.param("import decimal\nk = decimal.Context(prec=5)\nk.divide(1, 3)", id="what a context has signalled"),
    ],
)  # fmt: skip
def test_equal_values_are_equal(tmp_path: Path, code: str) -> None:
    first = found(code + READS_K, tmp_path)
    assert first == found(code + READS_K, tmp_path)
    assert all(not one.unseen for one in first.values())


class Refusing:
    """Object that refuses to be looked at."""

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            return Refusing
        raise RuntimeError(name)


@pytest.mark.parametrize(
    ("value", "unseen"),
    [
        pytest.param({"a": (one for one in "x")}, ("['a'] (builtins.generator)",), id="a generator"),
        pytest.param([memoryview(b"x")], ("[0] (builtins.memoryview)",), id="an object without a state"),
        pytest.param([0] * 10_001, (" (only elements spread over it)",), id="a part of a long list"),
    ],
)
def test_what_could_not_be_compared_is_named(value: Any, unseen: tuple[str, ...]) -> None:
    told = digest(value)
    assert told is not None
    assert told.unseen == unseen


def test_an_object_that_refuses_everything_is_no_failure() -> None:
    for value in (Refusing(), [Refusing()]):
        told = digest(value)
        assert told is not None
        assert told.unseen


def test_a_digest_of_an_earlier_version_is_compared_as_far_as_it_tells() -> None:
    before = ValueDigest("float64 array (3,)", "0")
    now = ValueDigest("float64 array (3,)", "1", version=2)
    assert not now.differs_from(before)
    assert ValueDigest("float64 array (4,)", "1", version=2).differs_from(before)
    assert not now.differs_from(ValueDigest("functools.partial", ""))
