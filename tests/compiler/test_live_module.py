"""Templates whose code has run: what comes from source, and what from memory."""

from __future__ import annotations

from textwrap import dedent

import pytest

from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import CompileError


def compiled(
    text: str, *names: str, model: str | None = "model", data: str | None = None, **more: object
) -> Program:
    source = Source((Part("history", "In [1]", dedent(text)),), shown="In [1]")
    memory = Memory(frozenset(names), **more)  # type: ignore[arg-type]
    return compile_source(source, model=model, data=data, memory=memory)


def running(program: Program) -> list[str]:
    """The first lines of the statements that run, each with when."""
    return [
        f"{statement.placement.value}: {statement.text.splitlines()[0]}"
        for part in program.parts
        for statement in part.statements
    ]


MODEL = """
    def model():
        return {{uniform(0, 1)}} * %s
"""


@pytest.mark.parametrize(
    ("text", "names", "runs", "live"),
    [
        pytest.param(
            "frame = load_slowly()\n" + dedent(MODEL % "frame"),
            ["frame", "model", "load_slowly"],
            ["trial: def model():"],
            ("frame",),
            id="a value is taken from memory, and what made it does not run",
        ),
        pytest.param(
            "import numpy as np\n" + dedent(MODEL % "np.pi"),
            ["np", "model"],
            ["trial: def model():"],
            ("np",),
            id="a module is the one that is in memory",
        ),
        pytest.param(
            "def double(x):\n    return 2 * x * N\n" + dedent(MODEL % "double(1)"),
            ["double", "N", "model"],
            ["trial: def model():"],
            ("double",),
            id="a function is the one that is in memory",
        ),
        pytest.param(
            "class Net:\n    pass\n" + dedent(MODEL % "Net()"),
            ["Net", "model"],
            ["trial: def model():"],
            ("Net",),
            id="a class is the one that is in memory",
        ),
        pytest.param(
            "rate = {{uniform(0, 1)}}\nlayers = [rate]\nn = 3\ndef model():\n    return layers, n\n",
            ["rate", "layers", "n", "model"],
            [
                "trial: rate = (_ht_['rate'])",
                "trial: layers = [rate]",
                "trial: def model():",
            ],
            ("n",),
            id="what holds a marker is made anew, and so is what depends on it",
        ),
        pytest.param(
            "items = []\nitems.append(3)\n" + dedent(MODEL % "len(items)"),
            ["items", "model"],
            ["trial: def model():"],
            ("items",),
            id="what changed a value in memory has changed it",
        ),
        pytest.param(
            "best = optim.minimize(model, None)\n" + dedent(MODEL % "best['x']"),
            ["best", "optim", "model"],
            ["trial: def model():"],
            ("best",),
            id="the result of an earlier search is a value like others",
        ),
        pytest.param(
            "count = 0\ndef tick():\n    global count\n    count += 1\n" + dedent(MODEL % "tick()"),
            ["count", "tick", "model"],
            ["setup: def tick():", "trial: def model():"],
            ("count",),
            id="a function that rebinds a name works on the program's module",
        ),
        pytest.param(
            "count = 0\ndef tick():\n    global count\n    count += 1\ndef twice():\n    tick()\n    tick()\n"
            + dedent(MODEL % "twice()"),
            ["count", "tick", "twice", "model"],
            ["setup: def tick():", "setup: def twice():", "trial: def model():"],
            ("count",),
            id="and so does a function that calls it",
        ),
        pytest.param(
            "from __future__ import annotations\n" + dedent(MODEL % "1"),
            ["annotations", "model"],
            ["trial: def model():"],
            (),
            id="a feature of the future holds for what runs",
        ),
        pytest.param(
            "import random\nrandom.seed(3)\n" + dedent(MODEL % "random.random()"),
            ["random", "model"],
            ["setup: random.seed(3)", "trial: def model():"],
            ("random",),
            id="what seeds random numbers does so again",
        ),
        pytest.param(
            "import random\n_ = random.seed(3)\n" + dedent(MODEL % "random.random() + (_ or 0)"),
            ["random", "model", "_"],
            ["setup: random.seed(3)", "trial: def model():"],
            ("_", "random"),
            id="but binds nothing: what the name stands for is in memory",
        ),
        pytest.param(
            "try:\n    import numpy\nexcept ImportError:\n    numpy = None\n" + dedent(MODEL % "numpy.pi"),
            ["numpy", "model"],
            ["trial: def model():"],
            ("numpy",),
            id="what a block bound is in memory",
        ),
        pytest.param(
            "def model(x={{uniform(0, TOP)}}):\n    return x\n",
            ["TOP", "model"],
            ["trial: def model(x=(_ht_['x'])):"],
            ("TOP",),
            id="a bound may be in memory",
        ),
        pytest.param(
            "if __name__ == '__main__':\n    size = 5\n" + dedent(MODEL % "size"),
            ["size", "model"],
            ["trial: def model():"],
            ("size",),
            id="what the main part made is in memory",
        ),
        pytest.param(
            "def model():\n    exec('y = x')\n    return {{uniform(0, 1)}}\n",
            ["x", "z", "model"],
            ["trial: def model():"],
            ("x", "z"),
            id="what may be used by exec is all there",
        ),
    ],
)
def test_what_runs_and_what_is_taken(
    text: str, names: list[str], runs: list[str], live: tuple[str, ...]
) -> None:
    program = compiled(text, *names)
    assert running(program) == runs
    assert program.live == live


@pytest.mark.parametrize(
    ("here", "runs"),
    [
        pytest.param(True, ["trial: def model():"], id="not in the same process"),
        pytest.param(
            False, ["setup: keras.config.set_floatx('float64')", "trial: def model():"], id="but in another"
        ),
    ],
)
def test_what_sets_a_library_up_runs_again(here: bool, runs: list[str]) -> None:
    text = "import keras, shutil\nkeras.config.set_floatx('float64')\nshutil.rmtree('x')\nkeras.x = 1\n"
    program = compiled(text + dedent(MODEL % "keras.x + shutil.x"), "keras", "shutil", "model", here=here)
    assert running(program) == runs


def test_what_was_wrong_in_a_cell_that_nothing_needs_is_no_error() -> None:
    text = "layers = []\nlayers.append({{choise([1])}})\n" + dedent(MODEL % "len(layers)")
    program = compiled(text, "layers", "model")
    assert running(program) == ["trial: def model():"]
    assert program.warnings == ()


def test_what_is_wrong_in_the_model_is_an_error() -> None:
    with pytest.raises(CompileError):
        compiled("def model():\n    return {{choise([1])}}\n", "model")


def test_markers_of_other_models_are_no_concern() -> None:
    text = "def other():\n    return {{uniform(0, 1)}}\n" + dedent(MODEL % "1")
    program = compiled(text, "other", "model")
    assert [parameter.label for parameter in program.space.parameters] == ["uniform"]
    assert program.warnings == ()


def test_a_data_function_whose_variables_leak_comes_from_source() -> None:
    text = "def data():\n    x = 1\n    n = 5\n    return x\ndef model(x):\n    return x * n * {{uniform(0, 1)}}\n"
    program = compiled(text, "data", "model", data="data")
    assert running(program) == ["setup: def data():", "trial: def model(x):"]
    assert program.leaked == ("n",)


def test_a_class_that_reads_what_a_function_rebinds_comes_from_source() -> None:
    text = """
        count = 0
        class Net:
            def size(self):
                return count
        def tick():
            global count
            count += 1
        def model():
            tick()
            return {{uniform(0, 1)}} * Net().size()
    """
    assert "setup: class Net:" in running(compiled(text, "count", "Net", "tick", "model"))


def test_a_value_that_is_not_in_memory_is_made_from_its_statement() -> None:
    program = compiled("lock = make()\n" + dedent(MODEL % "lock"), "make", "model")
    assert running(program) == ["setup: lock = make()", "trial: def model():"]
    assert program.live == ("make",)


def test_code_that_has_not_run_yet_runs() -> None:
    program = compiled("x = start + 1\nloss = x * {{uniform(0, 1)}}\n", "start", "x", model=None, ran=False)
    assert running(program) == ["setup: x = start + 1", "trial: loss = x * (_ht_['loss'])"]
    assert program.live == ("start",)


def test_the_arguments_of_data_are_in_memory() -> None:
    text = "def data(n):\n    return n\ndef model(n):\n    return n * {{uniform(0, 1)}}\n"
    program = compiled(text, "_ht_data_args_", "data", "model", data="data", data_args=1)
    assert program.live == ("_ht_data_args_", "data")
    assert program.data_args is not None
    assert program.data_args.text == "_ht_data_args_"


@pytest.mark.parametrize(
    ("text", "data", "message"),
    [
        pytest.param(
            "def model():\n    return {{uniform(0, 1)}} * missing\n",
            None,
            "'missing' is not defined",
            id="a name that is nowhere",
        ),
        pytest.param(
            "async def model():\n    return {{uniform(0, 1)}}\n",
            None,
            "'model' is a coroutine (async def); data and model are plain functions",
            id="a coroutine",
        ),
        pytest.param(
            "def data():\n    return 1\ndef model(x):\n    return x * {{uniform(0, 1)}}\n",
            "data",
            "data() does not take the 2 arguments that data_args gives",
            id="too many arguments of data",
        ),
    ],
)
def test_errors(text: str, data: str | None, message: str) -> None:
    with pytest.raises(CompileError) as caught:
        compiled(text, "_ht_data_args_", "data", "model", data=data, data_args=2)
    assert [d.message for d in caught.value.diagnostics] == [message]


CELLS = {
    "an item of a dict in memory": ("kept['k'] = {{choice([1])}}\nloss = len(kept)", ["loss = len(kept)"]),
    "an estimator in memory that is fitted": (
        "net.fit({{choice([1])}})\nloss = net.score()",
        ["loss = net.score()"],
    ),
    "a function in memory, which may change whatever there is": (
        "early = prepare(rows)\ntrain({{choice([1])}})\nloss = net.score()",
        ["loss = net.score()"],
    ),
    "a function of the cell that calls one in memory": (
        "def go(n):\n    train(n)\ngo({{choice([1])}})\nloss = net.score()",
        ["loss = net.score()"],
    ),
    "a generator in memory, whose code may change whatever there is": (
        "x = {{choice([1])}} + next(train)\nloss = len(rows)",
        ["loss = len(rows)"],
    ),
    "a part of what is in memory": (
        "both = [rows]\nboth[0].append({{choice([1])}})\nloss = len(rows)",
        ["both = [rows]", "loss = len(rows)"],
    ),
    "the same object under another name": (
        "rows.append({{choice([1])}})\nloss = len(twin)",
        ["loss = len(twin)"],
    ),
    "a library in memory, which leaves alone what it is given": (
        "np.sum(rows, {{choice([1])}})\nloss = len(rows)",
        [],
    ),
    "what was read before": ("loss = len(kept)\nkept['k'] = {{choice([1])}}", []),
}


@pytest.mark.parametrize(("text", "runs"), [pytest.param(*case, id=name) for name, case in CELLS.items()])
def test_what_a_searched_cell_changes_in_memory_is_read_in_the_trial(text: str, runs: list[str]) -> None:
    program = compiled(
        text,
        *("kept", "net", "np", "prepare", "rows", "train", "twin"),
        model=None,
        ran=False,
        imports={"np": "numpy"},
        code=frozenset({"train", "prepare"}),
        shared=frozenset({("rows", "twin")}),
    )
    unmarked = [line.removeprefix("trial: ") for line in running(program) if line.startswith("trial: ")]
    assert [line for line in unmarked if "_ht_" not in line and not line.startswith("def")] == runs


def test_a_name_that_is_read_before_it_is_bound_comes_from_memory() -> None:
    text = "old = rows\nrows = [1]\ndef size():\n    return len(more)\nn = size()\nmore = 3\nloss = n * {{choice([1])}}"
    assert compiled(text, "rows", "more", "old", model=None, ran=False).live == ("more", "rows")
