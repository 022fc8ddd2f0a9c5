"""Cells that ran: what is left of each, where others ran later or it ran again."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.compiler.syntax.tree import parse
from hypertemplate.frontend.live.blanks import without
from hypertemplate.frontend.live.overwritten import earlier_searches, overwritten


def left(*cells: str, failed: tuple[int, ...] = ()) -> list[str]:
    """The texts of cells that ran one after another, each without its comments, less what is overwritten.

    Args:
        cells: cells; the last definition of ``model`` is that of the search.
        failed: numbers of those that raised an error, from 0.
    """
    source = Source(tuple(Part("history", f"In [{n}]", cell) for n, cell in enumerate(cells, 1)))
    trees, problems = parse(source)
    assert problems == []
    module = build_module(trees)
    *older, model = module.binders["model"]
    gone = {*older, *earlier_searches(module, "model", None)}
    gone |= overwritten(module, gone, {model}, "model", failed)
    texts = list(cells)
    for statement in sorted(gone, key=lambda one: -one.number):
        texts[statement.tree.part] = without(texts[statement.tree.part], statement)
    return [text.strip() for text in texts]


def model(*reads: str) -> str:
    return f"def model():\n    return {{{{uniform(0, 1)}}}} + use({', '.join(reads)})"


NP, SEED, DRAW = "import numpy as np", "np.random.seed(0)", "x = np.random.rand(3)"
SPLIT = "from sklearn.model_selection import train_test_split as split"
SEED_ALL = "import os, random\ndef seed_all(n):\n    random.seed(n)\n    os.environ['S'] = str(n)"
ADDING = "import os\ndef grow():\n    os.environ['S'] += 'x'"
FUTURE = "from __future__ import annotations"
CLASS = "class A:\n    def value(self):\n        return n"
ENVIRON = "os.environ['A'] = '1'"
TUNE = "import hypertemplate\nhypertemplate.tune(model)"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(["x = 1", "x = 2", model("x")], ["", "x = 2", model("x")], id="a value that is given again"),
        pytest.param(["x: int = 1", "x: int = 2", model("x")], ["", "x: int = 2", model("x")], id="an annotated value"),
        pytest.param(["x = 1", "x: int", model("x")], ["x = 1", "x: int", model("x")], id="an annotation alone gives no value"),
        pytest.param(["x = 1", "y = x", "x = 2", model("x", "y")], ["x = 1", "y = x", "x = 2", model("x", "y")], id="a value that is read before it is replaced"),
        pytest.param(["x = 1", "y = x", "x = 2", model("x")], ["", "y = x", "x = 2", model("x")], id="a value that only what nobody needs reads"),
        pytest.param(["x = 1", "y = x", "x = 2", "y = x", model("y")], ["", "", "x = 2", "y = x", model("y")], id="a value that only what is replaced too reads"),
        pytest.param(["x = 1", "def g(): return x", "x = 2", model("g")], ["", "def g(): return x", "x = 2", model("g")], id="a function reads what there is when it is called"),
        pytest.param(["x = 1", "def g(): return x", "y = g()", "x = 2", model("x", "y")], ["x = 1", "def g(): return x", "y = g()", "x = 2", model("x", "y")], id="a function that was called in between"),
        pytest.param(["n = 1", CLASS, "a = A()", "y = a.value()", "n = 2", model("n", "y")], ["n = 1", CLASS, "a = A()", "y = a.value()", "n = 2", model("n", "y")], id="a method that was called in between"),
        pytest.param(["x = 1", "x = x + 1", model("x")], ["x = 1", "x = x + 1", model("x")], id="a value made from itself"),
        pytest.param(["x = 1", "x += 1", "x += 1", model("x")], ["x = 1", "x += 1", "x += 1", model("x")], id="a value that was added to twice"),
        pytest.param(["x = 1", "x += 1", "x = 1", "x += 1", model("x")], ["", "", "x = 1", "x += 1", model("x")], id="a value that was made and added to again"),
        pytest.param(["x = y = 1", "x = 2", model("x", "y")], ["x = y = 1", "x = 2", model("x", "y")], id="one of two names"),
        pytest.param(["x = y = 1", "x = 2", "y = 3", model("x", "y")], ["", "x = 2", "y = 3", model("x", "y")], id="both of two names"),
        pytest.param(["import own\nx = own.load()", "x = own.load()  #", model("x")], ["import own", "x = own.load()  #", model("x")], id="a value that code of the user's own gives again"),
        pytest.param(["x, (y, *z) = 1, (2, 3)", "x = y = z = 2", model("x", "y", "z")], ["", "x = y = z = 2", model("x", "y", "z")], id="names in a list"),
        pytest.param(["x = 1; z = 5", "x = 2", model("x", "z")], ["pass; z = 5", "x = 2", model("x", "z")], id="before a semicolon"),
        pytest.param(["z = 5; x = (1,\n2)  # x", "x = 2", model("x", "z")], ["z = 5; pass\n  # x", "x = 2", model("x", "z")], id="behind a semicolon, on lines that stay"),
        pytest.param(["x = 1", "del x", "x = 2", model("x")], ["", "", "x = 2", model("x")], id="a value that was deleted"),
        pytest.param(["x = 1", "if x:\n    x = 2", model("x")], ["x = 1", "if x:\n    x = 2", model("x")], id="a value that perhaps was replaced"),
        pytest.param(["x = 1", "x = globals()['n']", model("x")], ["x = 1", "x = globals()['n']", model("x")], id="code that may read any name"),
        # Objects that are changed.
        pytest.param(["n = [1]", "n.append(2)", "n.append(2)", model("n")], ["n = [1]", "n.append(2)", "n.append(2)", model("n")], id="a list that was added to twice"),
        pytest.param(["n = [1]\nn.append(2)", "n = [1]\nn.append(2)", model("n")], ["", "n = [1]\nn.append(2)", model("n")], id="a list that was made and added to again"),
        pytest.param(["n = [1]", "m = n", "n.append(2)", "n = [1]", model("n", "m")], ["n = [1]", "m = n", "n.append(2)", "n = [1]", model("n", "m")], id="a list that has another name"),
        pytest.param(["n = []", "for i in range(2):\n    n.append(i)", "n = []", "for i in range(3):\n    n.append(i)", model("n", "i")], ["n = []", "for i in range(2):\n    n.append(i)", "n = []", "for i in range(3):\n    n.append(i)", model("n", "i")], id="a loop, whose variable may be left"),
        pytest.param(["n = []", "for i in range(2):\n    n.append(i)", "n = []", "for i in range(3):\n    n.append(i)", model("n")], ["", "", "n = []", "for i in range(3):\n    n.append(i)", model("n")], id="a loop"),
        pytest.param(["import pandas as pd\nd = pd.read_csv('d')\nd['a'] = d.b * 2", "d = pd.read_csv('d')\nd['a'] = d.b * 3", model("d")], ["import pandas as pd", "d = pd.read_csv('d')\nd['a'] = d.b * 3", model("d")], id="a table that was read and extended again"),
        pytest.param(["import pandas as pd\nd = pd.read_csv('d')", "d['a'] = d.b * 2", "d['a'] = d.b * 2  #", model("d")], ["import pandas as pd\nd = pd.read_csv('d')", "d['a'] = d.b * 2", "d['a'] = d.b * 2  #", model("d")], id="a table that was extended again"),
        # Imports.
        pytest.param([f"{NP}\n{model('np')}", f"{NP}\n{model('np')}"], [NP, model("np")], id="a cell with an import that ran again"),
        pytest.param([NP, "x = np.ones(3)", NP, model("x", "np")], [NP, "x = np.ones(3)", "", model("x", "np")], id="an import of what is imported"),
        pytest.param([NP, "x = np.ones(3)", "import numpy as np, math", model("x", "np", "math")], [NP, "x = np.ones(3)", "import numpy as np, math", model("x", "np", "math")], id="an import of more"),
        pytest.param([NP, "x = np.ones(3)", "np = 3", NP, model("x", "np")], [NP, "x = np.ones(3)", "", "", model("x", "np")], id="an import of what had another value in between"),
        pytest.param([NP, "x = np.ones(3)", "import math as np", NP, model("x", "np")], [NP, "x = np.ones(3)", "", "", model("x", "np")], id="an import under a name that was another module's in between"),
        pytest.param([SPLIT, "x = split([1, 2])", SPLIT, model("x", "split")], [SPLIT, "x = split([1, 2])", "", model("x", "split")], id="an import of a function that is imported"),
        pytest.param(["from own import f", "x = f()", "from own import f", model("x", "f")], ["from own import f", "x = f()", "from own import f", model("x", "f")], id="an import of the user's own, who may have loaded it anew"),
        pytest.param(["import math", "y = math.e", "math.e = 3", "from math import e", "z = e", "math.e = 4", "from math import e", model("e", "y", "z")], ["import math", "y = math.e", "math.e = 3", "from math import e", "z = e", "math.e = 4", "from math import e", model("e", "y", "z")], id="an import of what a module had no longer"),
        pytest.param([FUTURE, "x = 1", FUTURE, model("x")], [FUTURE, "x = 1", "", model("x")], id="what is imported from the future again"),
        pytest.param([FUTURE, "x = 1", f"{FUTURE}, division", model("x")], [FUTURE, "x = 1", f"{FUTURE}, division", model("x")], id="more from the future"),
        # Random numbers.
        pytest.param([NP, SEED, model("np"), SEED], [NP, "", model("np"), SEED], id="a seed that was set again"),
        pytest.param([NP, SEED, DRAW, SEED, model("np", "x")], [NP, SEED, DRAW, SEED, model("np", "x")], id="a seed that was set again after draws"),
        pytest.param([NP, f"{SEED}\n{DRAW}", f"{SEED}\n{DRAW}", model("x")], [NP, "", f"{SEED}\n{DRAW}", model("x")], id="draws that were made again after their seed"),
        pytest.param([NP, SEED, DRAW, DRAW, model("x")], [NP, SEED, DRAW, DRAW, model("x")], id="draws that were made again without one"),
        pytest.param([NP, SEED, SPLIT, "x = split([1], random_state=0)", "x = split([2], random_state=0)", SEED, model("np", "x")], [NP, "", SPLIT, "", "x = split([2], random_state=0)", SEED, model("np", "x")], id="draws from generators of their own"),
        pytest.param([NP, "N = 7", SEED, SPLIT, "x = split([1], random_state=N)", "x = split([2], random_state=N)", SEED, model("np", "x")], [NP, "N = 7", "", SPLIT, "", "x = split([2], random_state=N)", SEED, model("np", "x")], id="draws from generators whose seed has a name"),
        pytest.param([NP, "N = None\nM = N", SEED, SPLIT, "x = split([1], random_state=M)", SEED, model("np", "x")], [NP, "N = None\nM = N", SEED, SPLIT, "x = split([1], random_state=M)", SEED, model("np", "x")], id="draws whose seed has a name that may be none"),
        pytest.param([NP, SEED, SPLIT, "x = split([1], random_state=None)", SEED, model("np", "x")], [NP, SEED, SPLIT, "x = split([1], random_state=None)", SEED, model("np", "x")], id="draws without a seed of their own"),
        pytest.param([SEED_ALL, "seed_all(1)", "seed_all(1)  #", model("random")], [SEED_ALL, "seed_all(1)", "", model("random")], id="a function that seeds, called again"),
        pytest.param([SEED_ALL, "seed_all(1)", "x = random.random()", "seed_all(1)  #", model("random", "x")], [SEED_ALL, "seed_all(1)", "x = random.random()", "seed_all(1)  #", model("random", "x")], id="a function that seeds, called again after draws"),
        # Settings.
        pytest.param(["import os", ENVIRON, ENVIRON, model("os")], ["import os", ENVIRON, "", model("os")], id="a setting that was set again"),
        pytest.param(["import os", ENVIRON, "import keras", "x = keras.backend.floatx()", ENVIRON, model("os", "x")], ["import os", ENVIRON, "import keras", "x = keras.backend.floatx()", "", model("os", "x")], id="a setting that others may have read"),
        pytest.param(["import os", ENVIRON, "x = os.getenv('A')", "os.environ['A'] = '2'", ENVIRON, model("os", "x")], ["import os", ENVIRON, "x = os.getenv('A')", "os.environ['A'] = '2'", ENVIRON, model("os", "x")], id="a setting that was another one in between"),
        pytest.param(["import os", "x = os.getenv('A')", ENVIRON, "y = os.getenv('A')", "os.environ['B'] = '2'", ENVIRON, model("x", "y")], ["import os", "x = os.getenv('A')", ENVIRON, "y = os.getenv('A')", "os.environ['B'] = '2'", "", model("x", "y")], id="a setting, with others in between"),
        pytest.param(["import os", "os.environ['A'] += '1'", "os.environ['A'] += '1'  #", model("os")], ["import os", "os.environ['A'] += '1'", "os.environ['A'] += '1'  #", model("os")], id="a setting that was added to"),
        pytest.param([ADDING, "grow()", "grow()  #", model("os")], [ADDING, "grow()", "grow()  #", model("os")], id="a function that adds to a setting"),
        pytest.param(["import sys", "sys.path.append('lib')", "sys.path.append('lib')  #", model("sys")], ["import sys", "sys.path.append('lib')", "", model("sys")], id="a folder that was added again"),
        pytest.param([NP, "np.set_printoptions(precision=n)", "np.set_printoptions(precision=n)  #", model("np")], [NP, "np.set_printoptions(precision=n)", "np.set_printoptions(precision=n)  #", model("np")], id="a setting from a value that is not known"),
        pytest.param(["import own", "own.register('a')", "own.register('a')  #", model("own")], ["import own", "own.register('a')", "own.register('a')  #", model("own")], id="a call of the user's own"),
        pytest.param([f"{SEED_ALL}\nseed_all(1)", f"{SEED_ALL}\nseed_all(1)", model("random")], ["", f"{SEED_ALL}\nseed_all(1)", model("random")], id="a function that seeds, defined and called again"),
        pytest.param(["import os", ENVIRON, "x = os.getenv('A')", f"import os, json\n{ENVIRON}", model("os", "x", "json")], ["import os", ENVIRON, "x = os.getenv('A')", "import os, json", model("os", "x", "json")], id="a setting below an import of more"),
        pytest.param(["k = 3", "x = k", "k = 3", model("k", "x")], ["k = 3", "x = k", "", model("k", "x")], id="a constant that the name has"),
        # Searches, and what is made for them.
        pytest.param([model(), TUNE, "k = 2", f"{TUNE}  #", model("k")], ["", "import hypertemplate", "k = 2", f"{TUNE}  #", model("k")], id="an earlier search"),
    ],
)  # fmt: skip
def test_what_is_left_of_cells(cells: list[str], expected: list[str]) -> None:
    assert left(*cells) == expected


def test_a_cell_that_failed_may_have_replaced_nothing() -> None:
    assert left("x = 1", "x = 2", model("x"), failed=(1,)) == ["x = 1", "x = 2", model("x")]
    assert left("x = 1", "x = 2", "x = 3", model("x"), failed=(1,)) == ["", "", "x = 3", model("x")]
    config = "config = {'d': {{choice([1, 2])}}}"
    raised = (0, 1)  # as IPython does without the extension
    assert left(config, config, model("config"), failed=raised) == ["", config, model("config")]
    assert left(NP, "x = np.e", NP, "y = np.e", NP, model("x", "y"), failed=(0,))[::2] == [NP, NP, ""]
