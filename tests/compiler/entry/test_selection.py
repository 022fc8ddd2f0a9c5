from __future__ import annotations

import pytest

from hypertemplate.compiler.program import Hints
from tests.compiler.support import analysis, codes, compiled, findings

U = "{{uniform(0, 1)}}"


def chosen(text: str, *, model: str | None = None, data: str | None = None) -> tuple[str | None, str | None]:
    """The names of the model and of the data function."""
    program = compiled(text, model=model, data=data)
    return program.model, program.data


def function(name: str, parameters: str = "") -> str:
    """A function with a marker."""
    return f"def {name}({parameters}):\n    return {U}\n"


BOTH = "def load():\n    return 1\n" + function("build", "x")
PLAIN = "def data():\n    return 1\n" + function("model", "x")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(PLAIN, ("model", "data"), id="model and data"),
        pytest.param(PLAIN.replace("model", "create_model"), ("create_model", "data"), id="create_model"),
        pytest.param(
            function("create_model") + function("model"), ("model", None), id="model before create_model"
        ),
        pytest.param(BOTH + "minimize(build, load)\n", ("build", "load"), id="by position in minimize"),
        pytest.param(
            BOTH + "minimize(data=load, model=build)\n", ("build", "load"), id="by keyword in minimize"
        ),
        pytest.param(
            BOTH + "from hyperas import optim\noptim.minimize(build, data=load)\n",
            ("build", "load"),
            id="in Hyperas's minimize",
        ),
        pytest.param(
            BOTH + "import hypertemplate as ht\nht.minimize(build, load)\n",
            ("build", "load"),
            id="in our minimize",
        ),
        pytest.param(
            BOTH + "if __name__ == '__main__':\n    optim.minimize(build, load)\n",
            ("build", "load"),
            id="in the __main__ part",
        ),
        pytest.param(
            BOTH + "def main():\n    best, model = optim.minimize(model=build, data=load)\n",
            ("build", "load"),
            id="in a function",
        ),
        pytest.param(
            PLAIN + BOTH + "optim.minimize(build, load)\n",
            ("build", "load"),
            id="minimize before model and data",
        ),
        pytest.param(
            PLAIN + BOTH + "from scipy.optimize import minimize\nminimize(build, load)\n",
            ("model", "data"),
            id="not in SciPy's minimize",
        ),
        pytest.param(
            PLAIN + BOTH + "from scipy import optimize\noptimize.minimize(build, load)\n",
            ("model", "data"),
            id="nor by its module",
        ),
        pytest.param(
            PLAIN + BOTH + "def minimize(*a): pass\nminimize(build, load)\n",
            ("model", "data"),
            id="nor in a function of the file",
        ),
        pytest.param(
            PLAIN + BOTH + "class S: minimize = print\nsolver = S()\nsolver.minimize(build, load)\n",
            ("model", "data"),
            id="nor in a method of another object",
        ),
        pytest.param(
            PLAIN + "optim.minimize(model=model)\n", ("model", "data"), id="data where minimize names none"
        ),
        pytest.param(
            BOTH + "optim.minimize(build, load)\n" * 2, ("build", "load"), id="the same in two calls"
        ),
        pytest.param(
            BOTH + "optim.best_models(nb_models=3, model=build, data=load)\n",
            ("build", "load"),
            id="in best_models by keyword",
        ),
        pytest.param(
            "if 1:\n    def model():\n        return 1\nelse:\n    def model():\n        return " + U,
            ("model", None),
            id="in branches the last",
        ),
        pytest.param(
            "import functools\n@functools.cache\ndef model(\n    x=1,\n):\n    return " + U,
            ("model", None),
            id="decorated, over several lines",
        ),
    ],
)
def test_which_functions_are_model_and_data(text: str, names: tuple[str, str | None]) -> None:
    assert chosen(text) == names


@pytest.mark.parametrize(
    ("text", "model", "data", "names"),
    [
        pytest.param(PLAIN + BOTH, "build", "load", ("build", "load"), id="both"),
        pytest.param(PLAIN + BOTH, "build", None, ("build", "data"), id="the model, and data as ever"),
        pytest.param(PLAIN + BOTH, None, "load", ("model", "load"), id="the data, and model as ever"),
        pytest.param(
            PLAIN + BOTH + "optim.minimize(model, data)\n",
            "build",
            "load",
            ("build", "load"),
            id="over minimize",
        ),
        pytest.param(
            PLAIN + BOTH + "optim.minimize(model, data)\noptim.minimize(build, load)\n",
            "build",
            None,
            ("build", "load"),
            id="the data of the call with this model",
        ),
        pytest.param(
            PLAIN + BOTH + "optim.minimize(model, load)\n",
            "build",
            None,
            ("build", "load"),
            id="the data of the only call",
        ),
    ],
)
def test_the_user_s_own_names_come_first(
    text: str, model: str | None, data: str | None, names: tuple[str, str | None]
) -> None:
    assert chosen(text, model=model, data=data) == names


@pytest.mark.parametrize("name", ["best_models", "best_ensemble"])
def test_the_positions_of_the_ensemble_functions(name: str) -> None:
    text = BOTH + f"optim.{name}(5, build, load, tpe.suggest, 7, Trials())\n"
    assert chosen(text) == ("build", "load")
    assert compiled(text).hints == Hints(max_evals=7, algorithm="tpe")


@pytest.mark.parametrize(
    ("arguments", "hints"),
    [
        pytest.param(
            "model, data, tpe.suggest, 10, Trials(), None, 7", Hints(10, "tpe", 7), id="by position"
        ),
        pytest.param(
            "model=model, data=data, algo=rand.suggest, max_evals=5, rseed=3",
            Hints(5, "random", 3),
            id="by keyword",
        ),
        pytest.param(
            "model, algo=hyperopt.anneal.suggest",
            Hints(None, "anneal", None),
            id="annealing, by its full name",
        ),
        pytest.param(
            "model, algo=partial(tpe.suggest, n_startup_jobs=5)", Hints(None, "tpe", None), id="partial"
        ),
        pytest.param("model, algo=bayes.suggest", Hints(None, "bayes", None), id="our own"),
        pytest.param(
            "model, algo=functools.partial(random.suggest)",
            Hints(None, "random", None),
            id="functools.partial",
        ),
        pytest.param("model, algo=partial()", Hints(), id="a partial of nothing"),
        pytest.param("model, algo=atpe.suggest", Hints(), id="an algorithm that is not known"),
        pytest.param("model, algo=tpe", Hints(), id="an algorithm without suggest"),
        pytest.param("model, algo=get().suggest", Hints(), id="an algorithm that a call gives"),
        pytest.param("model, max_evals=N, rseed=None", Hints(), id="a name and None"),
        pytest.param(
            "model, max_evals=ONCE, rseed=TWICE", Hints(max_evals=4), id="a name that is assigned once"
        ),
        pytest.param("model, max_evals=LEFT, rseed=RIGHT", Hints(), id="names of a tuple"),
        pytest.param("model, max_evals=-3, rseed=1.5", Hints(), id="numbers that count nothing"),
        pytest.param("model, max_evals=True", Hints(), id="a truth value"),
        pytest.param("**settings, model=model", Hints(), id="unpacked settings"),
    ],
)
def test_what_minimize_asks_for(arguments: str, hints: Hints) -> None:
    constants = "ONCE = 4\nTWICE = 1\nTWICE = 2\nLEFT, RIGHT = 1, 2\n"
    assert compiled(f"{constants}{PLAIN}optim.minimize({arguments})\n").hints == hints


def test_a_file_without_minimize_asks_for_nothing() -> None:
    assert compiled(PLAIN).hints == Hints()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(f"f = lambda: {U}", "NO_MODEL", id="no function at all"),
        pytest.param(BOTH, "NO_MODEL", id="functions by other names"),
        pytest.param(f"def load():\n    def model(): return {U}\n", "NOT_A_FUNCTION", id="in a function"),
        pytest.param(f"class A:\n    def model(self): return {U}\n", "NOT_A_FUNCTION", id="a method"),
        pytest.param("model = lambda x: " + U, "NOT_A_FUNCTION", id="a lambda"),
        pytest.param(f"class model:\n    def fit(self): return {U}\n", "NOT_A_FUNCTION", id="a class"),
        pytest.param(
            "from nets import create_model\n" + function("f"), "NOT_A_FUNCTION", id="in another file"
        ),
        pytest.param("import nets.model as model\n" + function("f"), "NOT_A_FUNCTION", id="a module"),
        pytest.param("async def model():\n    return " + U, "NOT_A_FUNCTION", id="a coroutine"),
        pytest.param(PLAIN.replace("def data", "async def data"), "NOT_A_FUNCTION", id="data as a coroutine"),
        pytest.param(
            f"if __name__ == '__main__':\n    def model():\n        return {U}\n{BOTH}minimize(model, load)\n",
            "NOT_A_FUNCTION",
            id="in the __main__ part",
        ),
        pytest.param(
            BOTH + "optim.minimize(lambda x: x, load)\n", "NOT_A_FUNCTION", id="minimize gets a lambda"
        ),
        pytest.param(
            BOTH + "optim.minimize(nets.build, load)\n", "NOT_A_FUNCTION", id="minimize gets an attribute"
        ),
        pytest.param(
            BOTH + "optim.minimize(*functions)\n", "NOT_A_FUNCTION", id="minimize gets unpacked functions"
        ),
        pytest.param(
            BOTH + "class A:\n    def m(self): pass\noptim.minimize(m, load)\n",
            "NOT_A_FUNCTION",
            id="minimize names a method",
        ),
        pytest.param(
            BOTH + "loader = load\noptim.minimize(build, loader)\n",
            "NOT_A_FUNCTION",
            id="minimize names another name of data",
        ),
        pytest.param(
            BOTH + "from nets import other\noptim.minimize(other, load)\n",
            "NOT_A_FUNCTION",
            id="minimize names an import",
        ),
        pytest.param(
            BOTH + "optim.minimize(biuld, load)\n", "NO_MODEL", id="minimize names what is not there"
        ),
        pytest.param(
            BOTH + "optim.minimize(build, laod)\n", "NO_DATA", id="minimize names data that is not there"
        ),
        pytest.param(
            BOTH + function("other", "x") + "optim.minimize(build, load)\noptim.minimize(other, load)\n",
            "NO_MODEL",
            id="two models in two calls",
        ),
        pytest.param(function("model", "x"), "NO_DATA", id="a model that needs data, and none"),
    ],
)
def test_a_model_or_data_that_cannot_be_used(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    ("text", "model", "data", "said"),
    [
        pytest.param(
            BOTH,
            "biuld",
            "load",
            "no function is named 'biuld'; the file has build, load\n      = help: did you mean --model build?",
            id="a slip of the model's name",
        ),
        pytest.param(
            BOTH,
            "build",
            "laod",
            "no function is named 'laod'; the file has build, load\n      = help: did you mean --data load?",
            id="a slip of the data's name",
        ),
        pytest.param(
            BOTH,
            "qqq",
            None,
            "no function is named 'qqq'; the file has build, load\n      = help: define it: def qqq(...):",
            id="nothing alike",
        ),
        pytest.param(
            f"x = {U}\n",
            "qqq",
            None,
            "no function is named 'qqq'; the file has no function\n"
            "      = help: the file is searched as a script: leave out --model qqq",
            id="a script",
        ),
    ],
)
def test_a_name_on_the_command_line_that_is_not_there(
    text: str, model: str | None, data: str | None, said: str
) -> None:
    assert findings(text, model=model, data=data).partition(": ")[2].partition(": ")[2] == said


def test_candidates_with_markers_come_first() -> None:
    text = "def helper(): pass\n" + function("first") + "def other(): pass\n" + function("second")
    assert findings(text) == (
        "model.py: error HT003: no function is named model or create_model; "
        "the file has first (line 2), second (line 5)\n"
        "      = help: choose the model: --model first; markers in other functions count only if first() calls these"
    )


@pytest.mark.parametrize(
    ("returned", "called", "help"),
    [
        pytest.param(
            "a",
            "1",
            "--model evaluate; markers in other functions count only if evaluate() calls these",
            id="the one that returns a loss",
        ),
        pytest.param("a", "train()", "--model evaluate", id="the one that calls the other"),
        pytest.param(
            "{'loss': a}",
            "1",
            "--model train; markers in other functions count only if train() calls these",
            id="the first of two",
        ),
    ],
)
def test_the_function_that_returns_the_loss_is_proposed(returned: str, called: str, help: str) -> None:
    text = (
        f"def train():\n    a = {U}\n    return {returned}\n"
        f"def evaluate():\n    b = {U} * {called}\n    return {{'loss': b}}\n"
    )
    assert findings(text).endswith(f"= help: choose the model: {help}")


@pytest.mark.parametrize(
    ("statements", "functions"),
    [
        pytest.param("def search(net):\n    {}\nsearch(first)\n", "first", id="an argument"),
        pytest.param("def search(n, *, net=None):\n    {}\nsearch(3, net=first)\n", "first", id="by keyword"),
        pytest.param(
            "def search(net):\n    {}\nsearch(second)\nsearch(first)\n", "first or second", id="of two calls"
        ),
        pytest.param(
            "def search(net):\n    {}\ndef twice(n):\n    search(n)\n    search(second)\ntwice(first)\n",
            "first or second",
            id="through another function",
        ),
        pytest.param("for net in (first, second):\n    {}\n", "first or second", id="a loop's variable"),
        pytest.param("net = first if print() else second\n{}\n", "first or second", id="a condition's value"),
        pytest.param(
            "for net in (first, second):\n    {}\n    optim.minimize(model=partial(net), data=None)\n",
            "first or second",
            id="a loop's variable, also where it is an argument of the model",
        ),
        pytest.param(
            "def main():\n    net = second\n    {}\nmain()\n", "second", id="another name in a function"
        ),
    ],
)
def test_a_name_that_stands_for_functions_says_which(statements: str, functions: str) -> None:
    call = "optim.minimize(model=net, data=None)"
    said = findings(function("first") + function("second") + statements.format(call))
    assert f"'net' can be {functions} here, but a search needs the name of one model function" in said
    assert said.splitlines()[-1].endswith(f": --model {functions.split()[0]}")
    text = function("first") + function("second") + statements.format(call)
    assert codes(text) == ["NOT_A_FUNCTION"]
    if " or " in functions:
        assert "to search second() instead: --model second" in findings(text, model="first")


@pytest.mark.parametrize(
    ("statements", "taken"),
    [
        pytest.param(
            "def search(net):\n    {}\nsearch(first)\n", None, id="a parameter that is another function"
        ),
        pytest.param("net = first\n{}\n", None, id="rebound"),
        pytest.param(
            "def search(net):\n    {}\nsearch(net)\n", "net", id="a parameter that is that function"
        ),
        pytest.param("def search(net):\n    {}\n", "net", id="a parameter that nothing gives"),
    ],
)
def test_a_function_that_has_the_name_of_what_is_searched(statements: str, taken: str | None) -> None:
    text = function("net") + function("first") + statements.format("optim.minimize(model=net, data=None)")
    if taken is None:
        assert "'net' can be first here" in findings(text)
    else:
        assert chosen(text) == (taken, None)


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param("lambda net: {}\n", id="a lambda's parameter"),
        pytest.param("def search(net):\n    {}\n", id="of a function that nothing calls"),
        pytest.param("def search(net):\n    {}\nsearch(search(1))\n", id="given something else"),
    ],
)
def test_a_name_that_may_stand_for_anything_is_missing(statements: str) -> None:
    text = function("first") + statements.format("optim.minimize(model=net, data=None)")
    assert "no function is named 'net'" in findings(text)


@pytest.mark.parametrize(
    ("given", "help"),
    [
        pytest.param("data=load('x')", "write data=load, data_args=('x',)", id="by keyword"),
        pytest.param("load('x', 3)", "write data=load, data_args=('x', 3)", id="by position"),
        pytest.param(
            "data=load(size=3, root='x')",
            "write data=load, data_args=('x', 3)\n",
            id="keywords in another order",
        ),
        pytest.param("data=load('x', size=3)", "write data=load, data_args=('x', 3)", id="a keyword"),
        pytest.param("data=load()", "write data=load\n", id="without arguments"),
        pytest.param("data=load(*paths)", "define it with def", id="unpacked"),
        pytest.param("data=other()", "define it with def", id="not of the file"),
        pytest.param("data=maker('x')", "define it with def", id="a function that makes one"),
        pytest.param("data=load('x'), data_args=(2,)", "define it with def", id="beside data_args"),
    ],
)
def test_data_that_is_called_is_advised_by_name(given: str, help: str) -> None:
    text = (
        "def load(root=0, size=1):\n    return root\n"
        "def maker(root):\n    def inner():\n        return root\n    return inner\n"
        + function("build", "x")
        + f"optim.minimize(build, {given})\n"
    )
    assert help in f"{findings(text)}\n"
    assert codes(text)[0] == "NOT_A_FUNCTION"


@pytest.mark.parametrize(
    ("model", "arguments", "help"),
    [
        pytest.param("", "build, lode", "build() needs no data: write None in place of lode", id="none"),
        pytest.param("x, y", "build, lode", "define it: def lode(): ... return x, y", id="two"),
        pytest.param(
            "x=1", "build, lode", "build() needs no data: write None in place of lode", id="a default"
        ),
    ],
)
def test_data_is_asked_for_only_where_the_model_needs_it(model: str, arguments: str, help: str) -> None:
    assert help in findings(function("build", model) + f"optim.minimize({arguments})\n")
    assert "leave out --data lode" in findings(function("build"), model="build", data="lode")


def test_two_definitions_at_the_top_level_are_a_warning_for_each_earlier_one() -> None:
    assert codes(function("model") * 3) == ["DUPLICATE_FUNCTION", "UNREACHED_MARKER"] * 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "if 1:\n    def model(): return 1\nelse:\n    def model(): return {{uniform(0, 1)}}\n",
            id="of an if",
        ),
        pytest.param(
            "try:\n    def model(): return 1\nexcept KeyError:\n    def model(): return {{uniform(0, 1)}}\n",
            id="of a try",
        ),
        pytest.param(
            "def model(): return 1\nif 1:\n    def model(): return {{uniform(0, 1)}}\n",
            id="of an if after a default",
        ),
    ],
)
def test_alternatives_are_no_duplicates(text: str) -> None:
    assert codes(text) == []


def test_the_selection_is_the_last_definition() -> None:
    found = analysis("def model(): return 1\n" + function("model")).selection
    assert found.model is not None
    assert found.model.node.lineno == 2
    assert found.data is None


def test_a_slip_in_minimize_is_shown_where_it_stands() -> None:
    assert findings(BOTH + "optim.minimize(biuld, load)\n") == (
        "model.py:5:16: error HT003: no function is named 'biuld'; the file has build, load\n"
        "    5 | optim.minimize(biuld, load)\n"
        "      |                ^~~~~\n"
        "      = help: did you mean build?"
    )


@pytest.mark.parametrize(
    ("lines", "max_evals"),
    [
        pytest.param("N = 4\n", 4, id="assigned once"),
        pytest.param("N = 4\nN = 5\n", None, id="assigned twice"),
        pytest.param("N: int = 4\n", None, id="with an annotation"),
        pytest.param("N = M = 4\n", None, id="two names at once"),
        pytest.param("", None, id="not at all"),
    ],
)
def test_a_number_that_the_module_names(lines: str, max_evals: int | None) -> None:
    text = lines + BOTH + "optim.minimize(build, load, max_evals=N)\n"
    assert compiled(text).hints.max_evals == max_evals
