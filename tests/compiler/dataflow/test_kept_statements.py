from __future__ import annotations

import pytest

from tests.compiler.support import (
    LEFT_OUT,
    SETUP,
    TRIAL,
    cells,
    codes,
    compiled,
    findings,
    labels,
    placements,
    reasons,
    run,
    run_trials,
)

HEAD = """import os
import numpy as np, random
import tensorflow as tf
import matplotlib.pyplot as plt, seaborn as sns, pprint
from keras.utils import set_random_seed, plot_model
from IPython.display import display, Image
from sklearn.utils import handed
from here import configure, handed_out, Thing
x = base = [1]
net = Thing()
other = ax = [2]
def f(*a, **k): pass
"""
TAIL = "def data():\n    return x, base, net\ndef model(*given):\n    return {{uniform(0, 1)}}\n"


def kept(*statements: str) -> list[bool]:
    """Which of these statements, in a cell between what data needs and data, are kept."""
    found = placements(cells(HEAD, "\n".join(statements), TAIL))
    before = len(HEAD.splitlines())
    return [placement is not LEFT_OUT for placement in found[before : len(found) - 2]]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("x = 1", id="binds it"),
        pytest.param("x, y = 1, 2", id="binds it among others"),
        pytest.param("x: list = []", id="binds it with an annotation"),
        pytest.param("(x := 2)", id="binds it inside an expression"),
        pytest.param("for x in [1]: pass", id="binds it in a loop"),
        pytest.param("with f() as x: pass", id="binds it in a with"),
        pytest.param("import other as x", id="imports something by its name"),
        pytest.param("def x(): pass", id="defines a function of its name"),
        pytest.param("class x: pass", id="defines a class of its name"),
        pytest.param("if other:\n    x = 3", id="binds it in a block"),
        pytest.param("try:\n    x = 3\nexcept ValueError:\n    pass", id="binds it in a try"),
        pytest.param("del x", id="deletes it"),
        pytest.param("del x[0], other", id="deletes an item of it"),
        pytest.param("x[0] = 1", id="assigns an item"),
        pytest.param("x.y[0].z = 1", id="assigns an attribute of an item"),
        pytest.param("other[0], x[0] = 1, 2", id="assigns an item among others"),
        pytest.param("x += [2]", id="adds to it"),
        pytest.param("x[0] += 2", id="adds to an item"),
        pytest.param("x.append(1)", id="calls a method"),
        pytest.param("net.a.b(1).c()", id="calls methods in a chain"),
        pytest.param("y = x.pop()", id="calls a method whose result it keeps"),
        pytest.param("while x: x.pop()", id="calls a method in a loop"),
        pytest.param("y = [x.append(1) for _ in range(3)]", id="calls a method in a comprehension"),
        pytest.param("[x.append(1) for _ in range(3)]", id="does so at the end of a cell"),
        pytest.param("print(x.pop())", id="does so to show something"),
        pytest.param("y = net.fit(1).history", id="takes an attribute of what fit returns"),
        pytest.param("handed(net)", id="hands a library what may be a model"),
        pytest.param("handed(1, k=net)", id="hands it over by keyword"),
        pytest.param("handed(*net)", id="hands over its items"),
        pytest.param("handed(**net)", id="hands over its items by keyword"),
        pytest.param("handed(handed(net))", id="hands it to a call in a call"),
        pytest.param("y = handed(net)", id="hands it over and keeps the result"),
        pytest.param("handed(net), len(x)", id="hands it over in a tuple"),
        pytest.param("if other: handed(net)", id="hands it over in a block"),
        pytest.param("handed([net])", id="hands over a list of it"),
        pytest.param("other.fit(net, x)", id="hands it to a method"),
        pytest.param("other = handed\ny = other(x)", id="passes it to what may be any function"),
        pytest.param("for y in net: pass", id="goes through what may be an iterator"),
        pytest.param("print(net.step())", id="shows what a method of the user's own returns"),
        pytest.param("print(next(net))", id="takes the next of it to show it"),
        pytest.param("y = sum(net)", id="adds up what may be an iterator"),
        pytest.param("for y in base: y.trainable = False", id="changes the items of it in a loop"),
        pytest.param("for i, y in enumerate(net.layers): y.freeze()", id="calls a method of its items"),
        pytest.param("for y in x:\n    for z in y: z[0] = 1", id="changes the items of its items"),
        pytest.param("[y.append(1) for y in x]", id="changes its items in a comprehension"),
        pytest.param(
            "[x.__setitem__(0, i) for i in range(4)]", id="calls an operator's method for each item"
        ),
        pytest.param("print(x.__iadd__([7]))", id="calls an operator's method in what is shown"),
        pytest.param("[net.feed(i) for i in range(4)]", id="calls a method for each item"),
        pytest.param("other and net.feed(1)", id="calls a method if another value is true"),
        pytest.param("net.feed(1) if other else None, other", id="calls a method in a branch of a tuple"),
        pytest.param("global x\nx = 2", id="declares and binds it"),
    ],
)
def test_what_touches_a_name_that_is_kept_is_kept(statement: str) -> None:
    assert kept(statement)[-1]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("y = 1", id="binds another name"),
        pytest.param("y = x + base", id="computes something from it"),
        pytest.param("y = x[0].z", id="takes a part of it"),
        pytest.param("f(x[0], x.y)", id="passes a part of it"),
        pytest.param("f(net)", id="passes it to a function that leaves it alone"),
        pytest.param("handed(x)", id="hands data to a library"),
        pytest.param("y = handed(x, k=base)", id="hands data to a library and keeps the result"),
        pytest.param("other.fit(x, base)", id="fits something else to data"),
        pytest.param("y = other.fit(x).score(x, base)", id="scores something else on data"),
        pytest.param("y = x.a.b(1).c()", id="calls methods of data whose result it keeps"),
        pytest.param("other.append(x + base)", id="changes something else"),
        pytest.param("assert x", id="asserts something"),
        pytest.param("for y in x: pass", id="loops over it"),
        pytest.param("for y in x: other.append(y)", id="collects its items"),
        pytest.param("import json", id="imports what nothing needs"),
        pytest.param("def g():\n    x.append(1)", id="defines a function that nothing calls"),
        pytest.param("g = lambda: x.append(1)", id="defines a lambda that nothing calls"),
        pytest.param("class G:\n    y = x", id="defines a class that nothing uses"),
        pytest.param("raise SystemExit", id="ends the notebook"),
        pytest.param("y = [other for other in x]", id="goes through data"),
        pytest.param("import seaborn, pandas as pd", id="imports libraries that nothing needs"),
    ],
)
def test_what_nothing_needs_is_left_out(statement: str) -> None:
    assert kept(statement) == [False]
    assert "nothing needs it" in reasons(cells(HEAD, statement, TAIL))


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("print(x)", id="print"),
        pytest.param("print(f(x), file=other)", id="print of a call"),
        pytest.param("x.summary()", id="summary"),
        pytest.param("x.describe()", id="describe"),
        pytest.param("x.head(3)", id="head"),
        pytest.param("x.head().T", id="a part of head"),
        pytest.param("x.plot(kind='bar')", id="a plot method"),
        pytest.param("plt.plot(x)", id="a plot"),
        pytest.param("plt.figure(figsize=x)", id="a figure"),
        pytest.param("sns.anything(x)", id="anything of a plotting package"),
        pytest.param("ax.imshow(x)", id="an image"),
        pytest.param("display(x)", id="display"),
        pytest.param("Image(x)", id="an image of IPython"),
        pytest.param("plot_model(x)", id="a drawing of the model"),
        pytest.param("pprint.pprint(x)", id="pprint"),
        pytest.param("x", id="a value"),
        pytest.param("x.shape, base[0]", id="several values"),
        pytest.param("[y for y in x]", id="a comprehension"),
        pytest.param("'text'", id="text"),
    ],
)
def test_what_only_shows_something_is_left_out(statement: str) -> None:
    assert kept(statement) == [False]
    assert "it only shows something" in reasons(cells(HEAD, statement, TAIL))


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("for y in x:\n    plt.imshow(x)\n    plt.title(y)", id="a loop of plots"),
        pytest.param("if x: print(x)", id="print in a block"),
        pytest.param("with f() as fig:\n    fig.show()", id="a figure in a with"),
        pytest.param("fig, ax = plt.subplots()", id="a figure that has a name"),
        pytest.param("plt.rcParams['figure.figsize'] = 3", id="settings of plots"),
    ],
)
def test_blocks_that_only_show_something_are_left_out_too(statement: str) -> None:
    assert kept(statement) == [False]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("np.random.seed(1)", id="a seeding call"),
        pytest.param("random.seed(1)", id="a seeding call of the standard library"),
        pytest.param("set_random_seed(1)", id="a seeding call that was imported by its name"),
        pytest.param("tf.config.run_functions_eagerly(True)", id="a setting"),
        pytest.param("for gpu in other: tf.config.set_memory_growth(gpu, True)", id="a setting in a loop"),
        pytest.param("try:\n    os.mkdir('a')\nexcept OSError:\n    pass", id="a call in a try"),
        pytest.param("os.environ['KERAS_BACKEND'] = 'jax'", id="an item that is assigned"),
        pytest.param("os.environ.update({'A': '1'})", id="a method of a part of it"),
        pytest.param("del os.environ['A']", id="an item that is deleted"),
        pytest.param("np.float = float", id="an attribute that is assigned"),
        pytest.param("setattr(np, 'float', float)", id="an attribute that is set"),
        pytest.param("tf.get_logger().setLevel('ERROR')", id="a logger that a library keeps"),
        pytest.param("tf.registry()['x'] = other", id="an item of a registry that a library keeps"),
        pytest.param("def set_up():\n    np.random.seed(1)\nset_up()", id="in a function that is called"),
        pytest.param("Thing().run(1)", id="what an object of the user's own module does"),
        pytest.param("configure(other)", id="a function of the user's own module"),
        pytest.param("y = configure(other)", id="a function of it whose result is kept"),
        pytest.param("@configure\ndef g(): pass", id="a decorator of it"),
        pytest.param("import our_settings", id="an import of the user's own module"),
        pytest.param("from . import ours", id="an import of the user's own package"),
        pytest.param("from ours import *", id="an import of all names"),
        pytest.param("os.system('make data')", id="a command"),
        pytest.param("y = os.system('make data')", id="a command whose status is kept"),
        pytest.param("@tf.register('x')\ndef g(): pass", id="a decorator that registers"),
        pytest.param("def g():\n    import ours\ny = g()", id="an import in a function that is called"),
        pytest.param("try:\n    import ours\nexcept ImportError: pass", id="an import in a block"),
        pytest.param("y = next(handed_out)", id="a step of an iterator of the user's own module"),
        pytest.param("def g():\n    next(handed_out)\ny = g()", id="a step of it in a function"),
        pytest.param("def g():\n    from ours import rows\n    next(rows)\ny = g()", id="an import there"),
        pytest.param("import heapq\ny = heapq.heappop(handed_out)", id="a library's change of its object"),
        pytest.param("handed_out += [1]", id="an addition to its object"),
        pytest.param("exec('x = 3')", id="code that may bind anything"),
        pytest.param("from here import plot_all\nplot_all(net)", id="a drawing of the user's own"),
        pytest.param("import here\nprint(here.describe(net))", id="a call of the user's own in a print"),
        pytest.param("from here import describe\nplt.plot(describe(2))", id="in a plot"),
        pytest.param("from here import *\nprint(describe(2))", id="in a print, through a star"),
        pytest.param("from here import *\ndisplay(other, describe(2))", id="in a display"),
        pytest.param("from here import *\nf'{summary_of(2)}'", id="in an f-string"),
        pytest.param("from here import *\nassert show_all(2)", id="in an assertion"),
        pytest.param("import logging\nimport here\nlogging.info(here.info())", id="in a line of a log"),
        pytest.param("import here\nfor i in [1]: print(here.head(i))", id="in a loop that only shows"),
        pytest.param("if other: exit()", id="an end under a condition"),
        pytest.param("from pathlib import Path\nPath('a').mkdir()", id="a folder that is made"),
    ],
)
def test_what_has_an_effect_outside_the_template_is_kept(statement: str) -> None:
    assert kept(statement)[-1]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["y = net[0]"], id="by name"),
        pytest.param(["def score(): return net[0]", "y = score()"], id="through a function"),
        pytest.param(["for i in range(2):\n    y = net[0]"], id="in a loop"),
        pytest.param(["try:\n    y = net[0]\nexcept KeyError:\n    y = 0"], id="in a try"),
        pytest.param(
            ["def score(i): return net[i]", "[y := score(i) for i in (0,)]"], id="in a comprehension"
        ),
    ],
)
def test_what_a_script_computes_from_a_marker_is_kept_in_a_notebook(texts: list[str]) -> None:
    notebook = cells("net = [{{choice([10, 20])}}]", *texts)
    (label,) = labels(notebook)
    assert [names["y"] for names in run_trials(compiled(notebook), [{label: 0}, {label: 1}])] == [10, 20]


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param("for x in net:\n    print(x)", id="a loop that only shows"),
        pytest.param("def show(): print(net)\nshow()", id="a function that only shows"),
    ],
)
def test_what_a_script_only_shows_is_left_out_of_a_notebook(shown: str) -> None:
    assert placements(cells("net = [{{choice([10, 20])}}]", shown))[-1] is LEFT_OUT


def test_with_it_what_it_names_is_kept() -> None:
    found = placements(cells(HEAD, "os.environ['A'] = str(other)", TAIL))
    assert found.count(LEFT_OUT) == placements(cells(HEAD, "", TAIL)).count(LEFT_OUT) - 2


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("np.mean(other)", id="a function of a library that computes"),
        pytest.param("handed(other)", id="one that was imported by its name"),
        pytest.param("tf.keras.Sequential()", id="a class of a library"),
        pytest.param("y = tf.constant(1)", id="a result that nothing needs"),
        pytest.param("def g():\n    np.random.seed(1)", id="a function that nothing calls"),
        pytest.param("plt.rcParams['figure.figsize'] = 3; plt.style.use('x')", id="settings of plots"),
        pytest.param("def g():\n    import ours", id="an import in a function that nothing calls"),
        pytest.param("if tf.TYPE_CHECKING:\n    import ours", id="an import that no run makes"),
        pytest.param("y = open('a').read()", id="a file that is read"),
        pytest.param("open('a', 'w').write('b')", id="a file that is written, and that nothing reads"),
        pytest.param("other.to_csv('a.csv')", id="a table that is written, and that nothing reads"),
        pytest.param("np.save('a.npy', x)", id="an array that is saved, and that nothing reads"),
    ],
)
def test_what_has_no_such_effect_is_not(statement: str) -> None:
    assert not kept(statement)[-1]


@pytest.mark.parametrize(
    ("written", "imports", "is_kept"),
    [
        pytest.param("open('ours.py', 'w').write('A = 1')", "import ours", True, id="an import"),
        pytest.param("Path('src/ours.py').write_text('')", "from ours import A", True, id="in any folder"),
        pytest.param("open('our/__init__.py', 'w').close()", "import our.parts", True, id="a package"),
        pytest.param("open('ours.py', 'w').close()", "def model(): import ours", True, id="in the model"),
        pytest.param("open('ours.py', 'w').close()", "import theirs", False, id="another module"),
        pytest.param("open(name, 'w').close()", "import ours", False, id="a path that is not known"),
        pytest.param("open('json.py', 'w').close()", "import json", False, id="a module of Python's own"),
    ],
)
def test_what_writes_a_module_that_is_imported_is_kept(written: str, imports: str, is_kept: bool) -> None:
    head = "from pathlib import Path\nname = 'a.py'"
    model = "" if imports.startswith("def ") else "def model():\n    "
    code = f"{imports}\n{model}" if model else f"{imports}; "
    notebook = cells(head, written, f"{code}return {{{{uniform(0, 1)}}}}")
    assert (placements(notebook)[2] is not LEFT_OUT) is is_kept


def test_settings_of_plots_are_kept_where_the_model_draws() -> None:
    notebook = cells(
        "import matplotlib\nimport matplotlib.pyplot as plt\nmatplotlib.use('Agg')\nplt.plot([1])",
        "def model():\n    plt.plot([1])\n    return {{uniform(0, 1)}}",
    )
    assert placements(notebook) == [SETUP, SETUP, SETUP, LEFT_OUT, TRIAL]


@pytest.mark.parametrize(
    ("definition", "reads", "is_kept"),
    [
        pytest.param("class B(A): pass", "A.__subclasses__()", True, id="one that is listed"),
        pytest.param("class B(A): pass", "getattr(A, '__subclasses__')()", True, id="by a text"),
        pytest.param("class B(json.JSONEncoder): pass", "A.__subclasses__()", True, id="of any base"),
        pytest.param("B = type('B', (A,), {})", "A.__subclasses__()", True, id="that type() makes"),
        pytest.param("class B: pass", "A.__subclasses__()", False, id="none without a base"),
        pytest.param("class B(A): pass", "A.__bases__", False, id="none where nothing lists them"),
        pytest.param("B = type(A)", "A.__subclasses__()", False, id="not what a type is bound to"),
        pytest.param("class B(json.JSONEncoder): pass", "A", False, id="none of a library's for nothing"),
        pytest.param("class B(ours.Base): pass", "A", True, id="what a module of the user's own may list"),
    ],
)
def test_classes_that_are_found_by_their_bases_are_kept(definition: str, reads: str, is_kept: bool) -> None:
    notebook = cells(
        "import json\nimport ours\nclass A: pass",
        definition,
        f"def model():\n    return {reads}, {{{{uniform(0, 1)}}}}",
    )
    assert (placements(notebook)[3] is not LEFT_OUT) is is_kept


def test_code_that_may_name_anything_keeps_everything() -> None:
    notebook = cells("y = 1\nprint(y)", "def model():\n    return globals()['y'], {{uniform(0, 1)}}")
    assert placements(notebook) == [SETUP, SETUP, TRIAL]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param(["def g():\n    global x\n    x = 3", "g()"], [True, True], id="that binds it"),
        pytest.param(["def g():\n    x.append(3)", "g()"], [True, True], id="that changes it"),
        pytest.param(
            ["def g():\n    x.append(3)", "def h():\n    g()", "y = h()"],
            [True] * 3,
            id="through another one",
        ),
        pytest.param(["def g():\n    x = []\n    x.append(3)", "g()"], [False] * 2, id="not of a local one"),
        pytest.param(["def g(): return x", "g()"], [False, False], id="not one that only reads it"),
        pytest.param(
            ["def g():\n    x.append(3)\n    return g", "g"], [False, False], id="not without a call"
        ),
    ],
)
def test_the_call_of_a_function(statements: list[str], expected: list[bool]) -> None:
    assert kept(*statements) == expected


def test_what_a_kept_statement_names_is_kept_too() -> None:
    notebook = cells(
        "import json\nimport csv",
        "A = 1\nB = A\nC = 2\nunused = B",
        "def inner(): return B\ndef outer(): return inner() + json.loads('1')",
        "def model():\n    return outer(), {{uniform(0, 1)}}",
    )
    assert placements(notebook) == [
        *(SETUP, LEFT_OUT),
        *(SETUP, SETUP, LEFT_OUT, LEFT_OUT),
        *(SETUP, SETUP),
        TRIAL,
    ]
    assert run(notebook, uniform=0) == (2, 0)


def test_statements_run_in_the_order_of_the_cells() -> None:
    notebook = cells("x = 1", "def model():\n    return x + {{uniform(0, 1)}}", "x = 2\nx *= 10")
    assert run(notebook, uniform=0) == 20


def test_of_a_file_with_a_model_only_what_is_needed_is_kept_too() -> None:
    beside = "y = 1\nprint(y)\nx = 1\n"
    assert placements(beside + "def model():\n    return x, {{uniform(0, 1)}}\n") == [
        *(LEFT_OUT, LEFT_OUT, SETUP),
        TRIAL,
    ]
    assert placements(beside + "loss = {{uniform(0, 1)}}\n") == [SETUP, SETUP, SETUP, TRIAL]


def test_what_starts_a_search_is_left_out_of_a_notebook_too() -> None:
    notebook = cells(
        "from hyperas import optim\nfrom hyperas.distributions import uniform",
        "def data(): return 1",
        "def create_model(x):\n    return x * {{uniform(0, 1)}}",
        "x = data()\nprint(create_model(x))",
        "best_run, best_model = optim.minimize(model=create_model, data=data, max_evals=5,\n"
        "    notebook_name='train')",
        "print(best_run)",
    )
    assert reasons(notebook) == [
        "it imports what drives a search",
        "no marker affects it",
        "no marker affects it",
        "contains a marker",
        "it calls data(), whose result the model gets anyway",
        "it calls create_model()",
        "it calls minimize",
        "it comes after the search on line 1 of cell 5",
    ]
    assert compiled(notebook).hints.max_evals == 5


def test_of_two_definitions_in_two_cells_both_are_kept_and_the_last_one_counts() -> None:
    notebook = cells(
        "def model():\n    return 1, {{uniform(0, 1)}}", "def model():\n    return 2, {{randint(3)}}"
    )
    assert findings(notebook) == (
        "train.ipynb, cell 1 (In [1]), line 1, column 5: warning HT007: "
        "'model' is defined again on line 1 of cell 2, which replaces this one\n"
        "    1 | def model():\n"
        "      |     ^~~~~\n"
        "      = help: remove or rename this one\n"
        "train.ipynb, cell 1 (In [1]), line 2, column 15: warning HT109: "
        "'model' is defined again on line 1 of cell 2, so this marker is not searched\n"
        "    2 |     return 1, {{uniform(0, 1)}}\n"
        "      |               ^~~~~~~~~~~~~~~~~\n"
        "      = help: remove it, or use its value"
    )
    assert placements(notebook) == [TRIAL, TRIAL]
    assert run(notebook, randint=2) == (2, 2)


def test_a_cell_that_does_not_parse_and_is_not_needed_is_left_out_with_a_warning() -> None:
    notebook = cells("x = (1,", "def model():\n    return {{uniform(0, 1)}}")
    head, *_ = findings(notebook).split("\n")
    assert head == (
        "train.ipynb, cell 1 (In [1]), line 1, column 5: warning HT001: "
        "this cell does not parse: '(' was never closed; nothing needs this cell, so it is left out"
    )
    program = compiled(notebook)
    assert program.parts[0].statements == ()
    assert program.parts[0].filename == "<train.ipynb, cell 1 (In [1])>"
    assert run(notebook, uniform=0.5) == 0.5


def test_a_cell_that_does_not_parse_and_may_define_a_missing_name_is_an_error() -> None:
    notebook = cells("x = (1,", "def model():\n    return x, {{uniform(0, 1)}}")
    assert findings(notebook) == (
        "train.ipynb, cell 1 (In [1]), line 1, column 5: error HT001: "
        "this cell does not parse: '(' was never closed\n"
        "    1 | x = (1,\n"
        "      |     ^\n"
        "      = help: close the ( of line 1 with )\n"
        "train.ipynb, cell 2 (In [2]), line 2, column 12: error HT301: 'x' is not defined\n"
        "    2 |     return x, {{uniform(0, 1)}}\n"
        "      |            ^\n"
        "      = help: import it, or define 'x' at the top level"
    )


def test_of_two_cells_that_do_not_parse_only_the_one_that_may_define_the_name_is_an_error() -> None:
    missing = "def model():\n    return x, {{uniform(0, 1)}}"
    for needed in ("x = (1,", "from numpy import *\n1 +"):
        found = findings(cells("y = (1,", needed, missing)).split("\n")
        heads = [line.partition(", column")[0] for line in found if line.startswith("train")]
        assert heads == [
            "train.ipynb, cell 1 (In [1]), line 1",
            f"train.ipynb, cell 2 (In [2]), line {needed.count(chr(10)) + 1}",
            "train.ipynb, cell 3 (In [3]), line 2",
        ]
        assert [" warning " in line for line in found if line.startswith("train")] == [True, False, False]


@pytest.mark.parametrize(
    ("cell", "place", "help"),
    [
        pytest.param(
            "async def g(x): return await h(x)\nx = await g(3)",
            "line 2, column 5",
            "write asyncio.run(g(3)), and import asyncio",
            id="a coroutine of the notebook",
        ),
        pytest.param(
            "x = await page.text",
            "line 1, column 5",
            "put it into a function, async def main():, and call asyncio.run(main())",
            id="what may be no coroutine",
        ),
        pytest.param(
            "async with session as x: pass",
            "line 1, column 1",
            "put it into a function, async def main():, and call asyncio.run(main())",
            id="async with",
        ),
    ],
)
def test_a_cell_that_awaits_is_an_error_where_it_is_needed(cell: str, place: str, help: str) -> None:
    needed = findings(cells(cell, "def model():\n    return x, {{uniform(0, 1)}}")).split("\n")
    said = "await is used outside a function, but a template runs without an event loop"
    assert needed[0] == f"train.ipynb, cell 1 (In [1]), {place}: error HT001: {said}"
    assert needed[3] == f"      = help: {help}"
    left = findings(cells(cell, "def model():\n    return {{uniform(0, 1)}}")).split("\n")
    assert left[0] == (
        f"train.ipynb, cell 1 (In [1]), {place}: warning HT001: {said}; "
        "nothing needs this cell, so it is left out"
    )


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(["x = (1,", "def model(: pass"], ["SYNTAX", "SYNTAX"], id="no cell parses"),
        pytest.param(["x = (1,", "y = 1"], ["SYNTAX"], id="the model may be in it"),
        pytest.param(
            [
                "x = (1,",
                "def data():\n    z = 1\n    return 2",
                "def model(y):\n    return z, {{uniform(0, 1)}}",
            ],
            ["SYNTAX", "UNRETURNED_LOCAL"],
            id="a local variable of data is not missing",
        ),
        pytest.param(["print 'x'", "def model():\n    return {{randint(3)}}"], ["PYTHON_2"], id="Python 2"),
        pytest.param(
            ["<<choice([1])", "def model():\n    return <<randint(3)>>"], ["UNCLOSED_MARKER"], id="a marker"
        ),
        pytest.param(["'\0'", "def model():\n    return {{randint(3)}}"], ["SYNTAX"], id="a null character"),
    ],
)
def test_what_is_found_where_a_cell_does_not_parse(texts: list[str], expected: list[str]) -> None:
    assert codes(cells(*texts)) == expected


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment"])
def test_a_cell_without_a_statement_is_no_trouble(text: str) -> None:
    notebook = cells(text, "def model():\n    return {{uniform(0, 1)}}", text)
    assert codes(notebook) == []
    assert run(notebook, uniform=0.5) == 0.5


def test_what_a_cell_imports_from_the_future_holds_for_the_cells_after_it() -> None:
    notebook = cells(
        "x = 1",
        "from __future__ import annotations",
        "z = (",
        "y: nothing = 2",
        "def model(a: nothing = 1):\n    return x, y, {{randint(3)}}",
    )
    assert [part.flags > 0 for part in compiled(notebook).parts] == [False, True, False, True, True]
    assert run(notebook, randint=1) == (1, 2, 1)


def test_positions_name_the_cell_its_execution_count_line_and_column() -> None:
    notebook = cells(
        "import math", "def data():\n    return 1", "def model(x):\n    y = {{uniform(1, 0)}}\n    return z"
    )
    assert findings(notebook) == (
        "train.ipynb, cell 3 (In [3]), line 2, column 11: error HT104: "
        "uniform() needs low < high, got low=1, high=0\n"
        "    2 |     y = {{uniform(1, 0)}}\n"
        "      |           ^~~~~~~~~~~~~\n"
        "      = help: swap the bounds: uniform(0, 1)\n"
        "train.ipynb, cell 3 (In [3]), line 3, column 12: error HT301: 'z' is not defined\n"
        "    3 |     return z\n"
        "      |            ^\n"
        "      = help: import it, or define 'z' at the top level"
    )


def test_reasons_name_the_line_and_the_cell() -> None:
    notebook = cells("import math\nrate = {{uniform(0, 1)}}", "\n\ndef model():\n    return rate")
    assert reasons(notebook)[-1] == "it uses 'rate', which is made for each trial (line 2 of cell 1)"


def test_labels_are_unique_over_all_cells() -> None:
    notebook = cells(
        "rate = {{uniform(0, 1)}}", "def model():\n    rate_2 = {{uniform(0, 1)}}\n    return rate"
    )
    assert labels(notebook) == ["rate", "rate_2"]
    again = cells(
        "rate = {{uniform(0, 1)}}",
        "def model(r={{randint(3)}}):\n    dict(rate={{randint(3)}})\n    return rate",
    )
    assert labels(again) == ["rate", "r", "rate_1"]
