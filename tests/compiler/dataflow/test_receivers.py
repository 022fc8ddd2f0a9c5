"""Methods that the template's classes and a library's objects both have: what a call of one may do."""

from __future__ import annotations

import pytest

from tests.compiler.support import LEFT_OUT, SETUP, TRIAL, cells, module, placements, trials_and_fresh_runs

HEAD = """from sklearn.linear_model import SGDRegressor
from elsewhere import made
log, x, y = [], [1], [2]
reg = SGDRegressor()
class Identity:
    def fit(self, A, b=None): return self
    def step(self, A=None): log.append(1)
    def transform(self, A): return A
class Other(Identity): pass
class Mine(SGDRegressor):
    def transform(self, A): log.append(A)
class Both(Identity, SGDRegressor): pass
class Lent:
    fit = reg.fit
    def step(self): pass
class Kept:
    step = 0
@made
class Made:
    def step(self): log.append(1)
own, other, mine, both, lent = Identity(), Other(), Mine(), Both(), Lent()
"""

IDENTITY = "class Identity:\n    def fit(self, A, b=None): return self\n"


def changes(text: str) -> set[str]:
    """The names whose objects the last statement of a text changes for certain."""
    found = module(HEAD + text)
    return found.facts.certain_changes(found.statements[-1])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("reg.fit(x, y)", "reg", id="an object of a library's class"),
        pytest.param("r = made()\nr.fit(x, y)", "r", id="an object of which nothing is known"),
        pytest.param("r = made()\nr.step()", "log r", id="which may be the template's"),
        pytest.param("(1).step()", "log", id="a value of which nothing is known"),
        pytest.param("mine.fit(x)", "mine", id="a method that a subclass inherits"),
        pytest.param("both.fit(x)", "both", id="from one of two bases"),
        pytest.param("class H:\n    def __getattr__(self, name): return getattr(reg, name)\nh = H()\nh.fit(x)", "h", id="that is delegated"),
        pytest.param("lent.fit(x)", "lent", id="that a class body assigns"),
        pytest.param("m = Made()\nm.step()", "log m", id="of a class that a decorator may replace"),
        pytest.param("k = Kept()\nk.step()", "k log", id="of an attribute of a class"),
        pytest.param("for m in [own, reg]: m.fit(x)", "m reg", id="items of both kinds in a loop"),
        pytest.param("[m.fit(x) for m in (own, reg)]", "reg", id="in a comprehension"),
        pytest.param("m = own if x else reg\nm.fit(x)", "m reg", id="one of two"),
        pytest.param("m = own or reg\nm.fit(x)", "m reg", id="a fallback"),
        pytest.param("def train(m): m.fit(x)\ntrain(reg)", "reg", id="an argument of a function"),
        pytest.param("def train():\n    for m in [reg]: m.fit(x)\ntrain()", "reg", id="a local variable"),
        pytest.param("class T:\n    def __init__(self, m): self.m = m\n    def fit(self): self.m.fit(x)\n"
                     "t = T(reg)\nt.fit()", "reg t", id="an attribute of an object that has it too"),
        pytest.param("class S(SGDRegressor):\n    def fit(self, A): return super().fit(A, A)\ns = S()\ns.fit(x)",
                     "s", id="a method of the base that is overridden"),
        pytest.param("class S(SGDRegressor):\n    def go(self, A): return self.fit(A)\ns = S()\ns.go(x)",
                     "s", id="an inherited method of the object itself"),
        pytest.param("class S:\n    def go(self, A): return self.fit(A)\nclass U(S, SGDRegressor): pass\n"
                     "s = U()\ns.go(x)", "s", id="of a subclass that is a library's too"),
        pytest.param("class S:\n    def fit(self, A): pass\n    def go(self, A): return self.fit(A)\n"
                     "def f():\n    class U(S): pass\nr = made()\nr.go(x)", "r", id="of a class inside a function"),
        pytest.param("def f():\n    class U:\n        def go(self): self.step()\nr = made()\nr.go()", "log r",
                     id="in a method of one"),
        pytest.param("own = SGDRegressor()\nown.fit(x)", "own", id="a name that has been of the template's class"),
        pytest.param("def f():\n    global own\n    own = reg\nown.fit(x)", "own", id="a name that a function binds"),
        pytest.param("own.fit = reg.fit\nown.fit(x)", "own", id="a method of one object"),
        pytest.param("setattr(own, x, reg.fit)\nown.fit(x)", "own", id="an attribute of any name"),
        pytest.param("a = b\nb = a\na.fit(x)", "a", id="names that are each other"),
        pytest.param("m = {{choice([own, reg])}}\nm.fit(x)", "m", id="a value that a marker gives"),
        pytest.param("class Identity:\n    def fit(self, A): self.n = A\ni = Identity()\ni.fit(x)", "i",
                     id="a class that is defined twice"),
    ],
)  # fmt: skip
def test_what_a_method_of_either_changes(text: str, names: str) -> None:
    assert set(names.split()) <= changes(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("own.fit(x)", "", id="an object of the template's class"),
        pytest.param("Identity().fit(x)", "", id="one that has no name"),
        pytest.param("Identity().fit(x).fit(y)", "", id="what its method returns"),
        pytest.param("other.fit(x)", "", id="an object of a subclass"),
        pytest.param("m = (own or other) if x else Identity()\nm.fit(x)", "", id="one of several"),
        pytest.param(
            "class S(object):\n    def go(self): pass\nclass U(S, Identity): pass\nu = U()\nu.fit(x)",
            "",
            id="an object of a class with two bases",
        ),
        pytest.param("own.step()", "log", id="what its method changes"),
        pytest.param("reg.step()", "reg", id="what a library's method of that name changes"),
        pytest.param("rows = [1]\nrows.step()", "rows", id="what a list's does"),
        pytest.param("class S(Identity):\n    def fit(self, A): return super().fit(A)\ns = S()\ns.fit(x)", "",
                     id="a method of the template's base"),
        pytest.param("class S(Identity):\n    def go(self, A): return self.fit(A)\ns = S()\ns.go(x)", "",
                     id="an inherited method of the object itself"),
        pytest.param("import dataclasses\n@dataclasses.dataclass\nclass D:\n    n: int = 0\n"
                     "    def fit(self, A): pass\nd = D()\nd.fit(x)", "", id="an object of a data class"),
        pytest.param("Identity.fit(own, x)", "", id="a method that is called on its class"),
    ],
)  # fmt: skip
def test_what_a_method_of_a_known_class_changes(text: str, names: str) -> None:
    assert changes(text) == set(names.split())


@pytest.mark.parametrize(("made", "costs"), [("Identity", False), ("Unknown", True)])
def test_only_a_librarys_method_costs(made: str, costs: bool) -> None:
    found = module(
        f"from q import Unknown\nx = [1]\n{IDENTITY}def f(r):\n    r = {made}()\n    r.fit(x)\nf(1)\n"
    )
    assert found.facts.costs(found.statements[-1]) is costs


FITTED = """import numpy as np
from sklearn.linear_model import SGDRegressor
from sklearn.feature_extraction.text import CountVectorizer
{classes}
X = np.arange(10.)[:, None] / 10
y = X[:, 0] * 3
reg = SGDRegressor(random_state=0, warm_start=True, max_iter=2, tol=None)
{fit}
reg.set_params(alpha={{{{choice([10, 20, 30])}}}})
reg.fit(X, y)
loss = float(reg.coef_.sum())
"""


@pytest.mark.parametrize(
    ("classes", "fit"),
    [
        pytest.param(IDENTITY, "reg.fit(X, y)", id="at the top level"),
        pytest.param(IDENTITY, "for m in [Identity(), reg]: m.fit(X, y)", id="in a loop"),
        pytest.param(IDENTITY + "def train(m):\n    m.fit(X, y)", "train(reg)", id="in a function"),
        pytest.param(IDENTITY.replace("fit", "partial_fit"), "reg.partial_fit(X, y)", id="another method"),
        pytest.param("class T:\n    def __init__(self, m): self.m = m\n    def fit(self): self.m.fit(X, y)",
                     "T(reg).fit()", id="through an object of the template's"),
    ],
)  # fmt: skip
def test_a_fit_above_the_marker_is_kept_and_counts_in_each_trial(classes: str, fit: str) -> None:
    pytest.importorskip("sklearn")
    text = FITTED.format(classes=classes, fit=fit)
    assert LEFT_OUT not in placements(cells(text))[4:]
    found, fresh = trials_and_fresh_runs(text)
    assert found == fresh


def test_data_that_the_templates_own_class_loads_stays_in_setup() -> None:
    text = (
        "import numpy as np\nclass Loader:\n    def load(self): return np.ones(3)\n    def fit(self, A): return self\n"
        "loader = Loader()\ndata = loader.fit(3).load()\nw = {{uniform(0, 1)}}\nloss = w * data.sum()\n"
    )
    assert placements(text)[-3:] == [SETUP, TRIAL, TRIAL]


def test_a_method_that_may_be_a_librarys_may_draw() -> None:
    head = "import numpy as np\nfrom sklearn.linear_model import SGDRegressor\n" + IDENTITY
    head += "np.random.seed(1)\nown, reg = Identity(), SGDRegressor()\nw = {{uniform(0, 1)}}\nv = np.random.rand() * w\n"
    assert placements(head + "loss = own.fit([1])")[-1] is SETUP
    assert (
        placements(head + "class A(Identity):\n    def go(self): return self.fit([1])\nloss = A().go()")[-1]
        is SETUP
    )
    assert placements(head + "loss = reg.fit([1])")[-1] is TRIAL
    assert placements(head + "def f(m): return m.fit([1])\nloss = f(reg)")[-1] is TRIAL


def test_a_method_that_may_be_a_librarys_may_write_a_file() -> None:
    head = "from pickles import Store\nclass Log:\n    def finish(self, name): pass\nlog, store = Log(), Store()\n"
    tail = "\nx = [{{uniform(0, 1)}}]\nstore.finish('a.csv')\nloss = x[0] + len(open('a.csv').read())\n"
    accesses = module(
        head + "log.finish('a.csv')\nstore.finish('a.csv')\ndef f(s): s.finish('a.csv')\nf(store)" + tail
    )
    files = [list(accesses.facts.files(one)) for one in accesses.statements]
    assert [bool(found) for found in files[3:7]] == [False, True, False, True]
