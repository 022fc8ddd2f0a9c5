"""Statements that nothing needs, and that draw from a random generator that kept code draws from later."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.diagnostics.codes import Code
from tests.compiler.support import LEFT_OUT, cells, compiled, placements

SEED = """import random, numpy as np, pandas as pd, torch
import matplotlib.pyplot as plt
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, SGDRegressor
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from scipy import stats
X = [[1], [2]]
df = pd.DataFrame(X)
rng = np.random.default_rng(0)
holder = {'rng': rng}
random.seed(1)
np.random.seed(1)
torch.manual_seed(1)
"""
MODEL = "def model():\n    return {{uniform(0, 1)}}"
DRAW = f"{MODEL} + np.random.rand() + random.random() + rng.random() + torch.rand(1)\n"


def is_kept(statements: str, last: str = DRAW) -> bool:
    """Tell whether the last of these statements is kept, in a cell above one that draws."""
    return placements(cells(SEED, statements, last))[-2] is not LEFT_OUT


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param("print(np.random.rand())", id="a draw that is printed"),
        pytest.param("print('a', random.random())", id="a draw of Python's"),
        pytest.param("plt.hist(np.random.randn(100))", id="a draw that is plotted"),
        pytest.param("print(rng.random())", id="a draw from an object"),
        pytest.param("plt.plot(holder['rng'].normal(size=3))", id="from an object in another one"),
        pytest.param("f'{rng.random()}'", id="in an f-string"),
        pytest.param("print([rng.random() for _ in range(3)])", id="in a comprehension"),
        pytest.param("print(df.sample(3))", id="a sample of a table"),
        pytest.param("df.sample(frac=1).head()", id="the head of a shuffled table"),
        pytest.param("print(df.sample(3, random_state=rng))", id="a sample by a generator that others use"),
        pytest.param("print(stats.norm.rvs(size=3))", id="a sample of a distribution"),
        pytest.param("a, b = train_test_split(X)", id="a split that nothing needs"),
        pytest.param("x = torch.randn(3)", id="a tensor that nothing needs"),
        pytest.param("print(*map(random.choice, [X, X]))", id="a function that another one calls"),
        pytest.param("print(sorted(X, key=lambda x: random.random()))", id="in a lambda"),
        pytest.param("for i in range(3): print(np.random.rand())", id="in a loop"),
        pytest.param("draw = np.random.rand\nprint(draw(3))", id="by another name"),
        pytest.param("R = np.random\ndraw = R.rand\nprint(draw(3))", id="by a name of a name"),
        pytest.param("tab = {'n': np.random.randn}\nprint(tab['n'](2))", id="by an item"),
        pytest.param("draws = [len, random.random]\nprint(draws[1]())", id="by an item of a list"),
        pytest.param("print(getattr(np.random, 'rand')())", id="by the text of its name"),
        pytest.param(
            "import functools\nprint(functools.partial(np.random.rand, 3)())", id="by a partial call"
        ),
        pytest.param("draw = random.choice if X else len\nprint(*map(draw, [X]))", id="by a name, passed on"),
        pytest.param("print(stats.bootstrap((df[0],), np.mean))", id="in a bootstrap"),
        pytest.param("x = np.random.permutation(3)", id="of a name that nothing needs"),
        pytest.param(
            "def peek(n): return np.random.choice(X, n)\nprint('peek', peek(2))", id="in a function"
        ),
        pytest.param("def peek(n): return np.random.choice(X, n)\npeek(2)", id="in a function called alone"),
        pytest.param(
            "class Peek:\n    def look(self): return self.fit()\n    def fit(self): return random.random()\n"
            "print(Peek().look())",
            id="in a method that another one calls",
        ),
        pytest.param(
            "def peek(n): return rng.choice(X, n)\nprint(peek(2))", id="from an object, in a function"
        ),
        pytest.param(
            "def inner(): return np.random.rand()\ndef peek(): return inner()\nprint(peek())",
            id="in a function of a function",
        ),
        pytest.param(
            "class A:\n    def draw(self): return np.random.rand()\na = A()\nprint(a.draw())",
            id="in a method",
        ),
        pytest.param(
            "def draw(): return np.random.rand()\nclass A:\n    def draw_one(self): return draw()\na = A()\n"
            "print(a.draw_one())",
            id="in a function of a method",
        ),
    ],
)
def test_what_surely_draws_from_a_seeded_generator_is_kept(statements: str) -> None:
    assert is_kept(statements)
    assert not is_kept(statements, MODEL)


def test_a_draw_is_kept_where_a_later_one_depends_on_it() -> None:
    assert placements(SEED + DRAW + "print(np.random.rand())\n")[-1] is not LEFT_OUT, "the model runs later"
    script = "loss = {{uniform(0, 1)}} + np.random.rand()"
    last = placements(cells(SEED, script, "print(np.random.rand())"))[-1]
    assert last is LEFT_OUT, "the draw of the script was earlier"


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param("print(random.Random(3).random())", id="a draw from a generator of its own"),
        pytest.param("print(df.sample(3, random_state=0))", id="a sample with a seed of its own"),
        pytest.param("a, b = train_test_split(X, random_state=0)", id="a split with a seed of its own"),
        pytest.param("print(np.random)", id="a look at the package"),
        pytest.param("def peek(): return np.random.rand()", id="a function that nothing calls"),
        pytest.param("print(df.mean())", id="a look at a table"),
    ],
)
def test_what_does_not_draw_is_left_out(statements: str) -> None:
    assert not is_kept(statements)
    assert warned(statements) == []


def test_a_draw_above_the_seed_is_left_out() -> None:
    assert (
        placements(
            cells(
                "import random",
                "print(random.random())",
                "random.seed(1)",
                "x = random.random() + {{uniform(0, 1)}}",
            )
        )[1]
        is LEFT_OUT
    )


def warned(statements: str, last: str = DRAW) -> list[str]:
    """The warnings about statements in a cell above one that draws."""
    program = compiled(cells(SEED, statements, last))
    return [d.message for d in program.warnings if d.code is Code.LEFT_OUT_DRAW]


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param("RandomForestClassifier(n_estimators=3).fit(X, X)", id="a forest"),
        pytest.param("forest = RandomForestClassifier()\nforest.fit(X, X)", id="a forest with a name"),
        pytest.param("print(SGDRegressor(random_state=None).fit(X, X).score(X, X))", id="one that is shown"),
        pytest.param("print(cross_val_score(RandomForestClassifier(), X, X))", id="a cross validation"),
        pytest.param("pipe = make_pipeline(SGDRegressor())\npipe.fit(X, X)", id="a pipeline"),
        pytest.param("GridSearchCV(SGDRegressor(), {'alpha': [1, 2]}).fit(X, X)", id="a search of a grid"),
        pytest.param(
            "def base():\n    return SGDRegressor()\nbaseline = base()\nbaseline.fit(X, X)",
            id="one that a function makes",
        ),
        pytest.param("baseline = torch.nn.Linear(2, 3)", id="a network with random weights"),
        pytest.param(
            "def made(): return RandomForestClassifier()\ncross_val_score(made(), X, X)",
            id="a validation of what a function makes",
        ),
    ],
)
def test_what_may_draw_stays_out_with_a_warning(statements: str) -> None:
    assert not is_kept(statements)
    (message,) = warned(statements)
    line = len(statements.splitlines())
    seeding = 14 if "torch" in statements else 13
    assert message == (
        f"line {line} of cell 2 is left out and may draw from the random generator that line {seeding} of cell 1 "
        "seeds, from which model() draws later: its numbers may differ from those of a run of all cells"
    )
    assert warned(statements, MODEL) == [], "nothing draws later"
    assert warned(statements, "np.random.seed(2)\ntorch.manual_seed(2)\n" + DRAW) == [], "it is seeded again"


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param("RandomForestClassifier(random_state=0).fit(X, X)", id="a forest with a seed"),
        pytest.param("f = RandomForestClassifier(random_state=0)\nf.fit(X, X)", id="a name of one"),
        pytest.param("cross_val_score(SGDRegressor(random_state=0), X, X)", id="a validation of one"),
        pytest.param("LinearRegression().fit(X, X).score(X, X)", id="what solves equations"),
        pytest.param("cross_val_score(LinearRegression(), X, X)", id="a validation of that"),
        pytest.param("forest = RandomForestClassifier()", id="making an estimator"),
        pytest.param("RandomForestClassifier().fit(X, X)  # hypertemplate: skip", id="what is to be skipped"),
        pytest.param("RandomForestClassifier().fit(X, X)  # hypertemplate: setup", id="what is to run"),
        pytest.param("print(torch.sum(torch.tensor([1])), stats.ttest_ind([1], [2]))", id="what computes"),
    ],
)
def test_no_warning_is_false(statements: str) -> None:
    assert warned(statements) == []


def test_of_a_file_what_uses_what_is_left_out_is_warned_of() -> None:
    text = (
        "def data():\n    return X, X\ndef model(x, y):\n    return {{uniform(0, 1)}} + np.random.rand()\n"
        "x, y = data()\nm = SGDRegressor().fit(x, y)\nprint(model(x, y))\nif __name__ == '__main__': np.random.rand()\n"
    )
    assert Code("HT313") is Code.LEFT_OUT_DRAW
    (found,) = [d for d in compiled(SEED + text).warnings if d.code is Code.LEFT_OUT_DRAW]
    assert "from which model() draws later" in found.message
    assert found.help == "write random_state=SEED in line 20, with a whole number in place of SEED", (
        "it cannot run, since it uses x"
    )


DATA = (
    "def data():\n    {}return X, random.random()\ndef model(x, y):\n    return y + {{{{uniform(0, 1)}}}}\n"
)


def test_the_files_own_call_of_data_is_left_out_with_a_warning_where_it_draws() -> None:
    text = SEED + DATA.format("") + "x, y = data()\nprint(x)\n"
    assert placements(text)[-2:] == [LEFT_OUT] * 2
    (found,) = [d for d in compiled(text).warnings if d.code is Code.LEFT_OUT_DRAW]
    assert found.message == (
        "line 19 is left out and may draw from the random generator that line 12 seeds, from which data() draws "
        "later: its numbers may differ from those of a run of the whole file"
    )
    assert found.help == (
        "write '# hypertemplate: setup' at the end of line 19 to have it run, or '# hypertemplate: skip' to leave "
        "it out without this warning"
    )
    for comment, kept in (("setup", True), ("skip", False)):
        followed = text.replace("= data()", f"= data()  # hypertemplate: {comment}")
        assert (placements(followed)[-2] is not LEFT_OUT) == kept
        assert compiled(followed).warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SEED + DATA.format("random.seed(3); "), id="data seeds what it draws from"),
        pytest.param("import random\nX = [1]\n" + DATA.format(""), id="nothing seeds"),
        pytest.param(SEED + DATA.format("").replace("random.random()", "0"), id="data draws nothing"),
    ],
)
def test_the_files_own_call_of_data_draws_no_false_warning(text: str) -> None:
    assert compiled(text + "x, y = data()\nprint(x)\n").warnings == ()
