from __future__ import annotations

import pytest

from hypertemplate.compiler.program import Join, Program
from hypertemplate.compiler.stages import compile_source, explain
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import CompileError, InternalError
from tests.compiler.support import MODEL, SETUP, TRIAL, codes, compiled, findings, run, run_trials, source

TEXT = """\
import os

WIDTH = 64

def data():
    return 1, 2

def model(x, y):
    return {'loss': x + y * {{uniform(0, 1)}}, 'n': {{choice([WIDTH, 2])}} + len(os.sep) - 1}
"""


def test_a_program_holds_everything_that_a_worker_needs() -> None:
    program = compiled(TEXT)
    assert isinstance(program, Program)
    assert program.source == source(TEXT)
    assert (program.model, program.data, program.data_per_trial) == ("model", "data", False)
    assert program.join == Join("position", count=2)
    assert [parameter.label for parameter in program.space.parameters] == ["loss", "n"]
    assert program.warnings == ()
    assert run(TEXT, loss=0.5, n=0) == {"loss": 2.0, "n": 64}


def test_every_statement_is_explained() -> None:
    assert [
        (one.placement, TEXT[one.span.start : one.span.end].split()[0]) for one in explain(source(TEXT))
    ] == [
        (SETUP, "import"),
        (SETUP, "WIDTH"),
        (SETUP, "def"),
        (TRIAL, "def"),
    ]


def test_of_an_empty_text_no_statement_is_explained() -> None:
    assert explain(source("")) == ()


def test_a_template_without_markers_can_be_explained() -> None:
    assert [one.placement for one in explain(source("def model(): pass"))] == [SETUP]


def test_an_explanation_takes_the_names_of_the_functions() -> None:
    text = "def build(x):\n    return {{uniform(0, 1)}}\ndef load(): return 1\nload()\n"
    assert [one.placement.name for one in explain(source(text), model="build", data="load")] == [
        "TRIAL",
        "SETUP",
        "LEFT_OUT",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = (", id="does not parse"),
        pytest.param("def f(): return {{uniform(0, 1)}}", id="has no model function"),
    ],
)
def test_what_cannot_be_explained(text: str) -> None:
    with pytest.raises(CompileError):
        explain(source(text))


def test_the_parts_of_a_source_are_one_module() -> None:
    program = compiled(
        "import math\nLIMIT = math.pi\n",
        "def data():\n    return LIMIT\n",
        "rate = {{uniform(0, LIMIT)}}\n",
        "def model(x):\n    return x, rate, {{uniform(0, 1)}}\n",
    )
    (result,) = run_trials(program, [{"rate": 1, "uniform": 0.5}])
    assert result == (3.141592653589793, 1, 0.5)
    assert [part.name for part in program.parts] == ["model.py", "part1.py", "part2.py", "part3.py"]
    assert [parameter.marker.part for parameter in program.space.parameters] == [2, 3]


def test_faults_of_several_parts_are_reported_together_each_in_its_part() -> None:
    with pytest.raises(CompileError) as caught:
        compile_source(source("x = {{uniform(1, 0)}}\n", "y = {{choise([1])}}\n" + MODEL))
    assert [line for line in str(caught.value).split("\n") if "error" in line] == [
        "model.py:1:7: error HT104: uniform() needs low < high, got low=1, high=0",
        "part1.py:1:7: error HT102: unknown distribution 'choise'",
    ]


def test_a_cell_is_named_in_a_diagnostic() -> None:
    cells = Source(
        (
            Part("cell", "train.ipynb, cell 1", "import os\n"),
            Part("cell", "train.ipynb, cell 2", "x = 1\nx = ("),
        )
    )
    with pytest.raises(CompileError) as caught:
        compile_source(cells)
    assert str(caught.value).startswith("train.ipynb, cell 2, line 2, column 5: error HT001:")


def test_a_program_that_does_not_parse_is_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hypertemplate.compiler.emit.rewrite.expression", lambda *arguments: "(")
    with pytest.raises(InternalError) as caught:
        compile_source(source(MODEL))
    assert str(caught.value) == "the program of model.py does not parse: '(' was never closed (line 2)"


def test_faults_of_every_stage_are_reported_together() -> None:
    text = """
_ht_ = 1
A = {{loguniform(1e-5, 1e-1)}}
def data():
    return 1
def model(x, y):
    return f'{{uniform(0, 1)}}', {{choise([1])}}
def model(x):
    n = print()
    print('{{uniform(0, 1)}}', missing)
    return {{uniform(1, 0)}}, {{uniform(0, n)}}, {{normal(0, 1, name='a')}}, {{normal(0, 1, name='a')}}
"""
    assert codes(text) == [
        "RESERVED_NAME",
        "UNREACHED_MARKER",
        "LOG_BOUNDS",
        "DUPLICATE_FUNCTION",
        "MARKER_IN_FSTRING",
        "UNKNOWN_DISTRIBUTION",
        "MARKER_IN_STRING",
        "UNDEFINED_NAME",
        "BOUNDS",
        "NOT_YET_DEFINED",
        "LABEL",
    ]


def test_a_template_whose_markers_are_all_left_out_has_none() -> None:
    assert codes("def model(): pass\nif __name__ == '__main__':\n    x = {{uniform(0, 1)}}\n") == [
        "NO_MARKERS",
        "UNREACHED_MARKER",
    ]


def test_no_markers_is_not_said_beside_another_error() -> None:
    assert codes("def model():\n    return {{choise([1])}}\n") == ["UNKNOWN_DISTRIBUTION"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = 1\n", id="a script"),
        pytest.param("", id="an empty file"),
        pytest.param("def f(x):\n    return x\n", id="a function by another name"),
        pytest.param("def f(x): return x\noptim.minimize(g, load)\n", id="a search of what is not there"),
        pytest.param("async def model(): pass\n", id="a coroutine"),
        pytest.param("model = lambda: 1\n", id="a lambda"),
        pytest.param("def model(x): return x\n", id="a model whose data is missing"),
        pytest.param("def data(): return 1\ndef model(x, y): return x\n", id="data that does not fit"),
        pytest.param("def model(): return undefined\n", id="an undefined name"),
        pytest.param("def f(): return 1\nif __name__ == '__main__':\n    f()\n", id="a main part"),
    ],
)
def test_no_markers_anywhere_is_the_only_error(text: str) -> None:
    assert codes(text) == ["NO_MARKERS"]


def test_warnings_stand_beside_no_markers() -> None:
    text = "from keras.layers.core import Dense\nx = '{{uniform(0, 1)}}'\n"
    assert sorted(codes(text)) == ["MARKER_IN_STRING", "MOVED_IMPORT", "NO_MARKERS"]


def test_a_module_that_is_imported_by_a_computed_name_is_told_where_there_are_no_markers() -> None:
    text = "import importlib\nname = 'nets'\nnets = importlib.import_module(name)\nloss = nets.build()\n"
    help = "line 3 imports a module whose name only a run knows, and markers in it are not found"
    assert help in findings(text)
    assert help not in findings(text.replace("(name)", "('nets')"))


def test_a_script_without_markers_is_not_told_of_a_model() -> None:
    assert "= help: replace a value in the file with a marker, as in rate = {{" in findings("x = 1\n")


def test_no_markers_is_said_where_the_model_stands() -> None:
    assert findings("x = 1\ndef create_model():\n    return 1\n").startswith("model.py:2:5: error HT201:")


def test_warnings_travel_with_the_program_in_source_order() -> None:
    text = "A = {{uniform(0, 1)}}\ndef model():\n    return '{{uniform(0, 1)}}', {{loguniform(0.1, 1)}}\n"
    assert [one.code.name for one in compiled(text).warnings] == [
        "UNREACHED_MARKER",
        "MARKER_IN_STRING",
        "LOG_BOUNDS",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "def model():\r\n    x = {{choice([1,\r\n      2])}}\r\n    return x\r\n",
            id="line ends of Windows",
        ),
        pytest.param(
            "def model():\r    x = {{choice([1,\r      2])}}\r    return x\r", id="of the old Macintosh"
        ),
        pytest.param(
            "def model():\n\tx = {{choice([1, 2])}}\n\treturn x", id="tabs, and no line end at the end"
        ),
        pytest.param("def model():\n  x = {{choice([1, 2])}}\n  return x\n", id="two blanks"),
        pytest.param("\x0cdef model():\n\x0c    x = {{choice([1, 2])}}\n    return x\n", id="form feeds"),
        pytest.param("def model(): x = {{choice([1, 2])}}; return x\n", id="on one line"),
        pytest.param(
            "def model():\n    x = \\\n    {{choice([1, 2])}}\n    return x\n", id="after a backslash"
        ),
        pytest.param(
            "def model():\n    if 1: x = {{choice([1, 2])}}\n    return x\n", id="in a block of one line"
        ),
        pytest.param(
            "def model():\n    '''日本😀'''; x = {{choice([1, 2])}}\n    return x\n",
            id="after letters of several bytes",
        ),
        pytest.param(
            "async def other():\n    return [x async for x in y]\ny = 1\ndef model():\n    x = {{choice([1, 2])}}\n    return x\n",
            id="beside a coroutine",
        ),
        pytest.param(
            "class Net:\n    def __call__(self):\n        x = {{choice([1, 2])}}\n        return x\ndef model():\n    return Net()()\n",
            id="in a method",
        ),
        pytest.param(
            "def model():\n    def inner(x={{choice([1, 2])}}):\n        return x\n    return inner()\n",
            id="in a default",
        ),
        pytest.param(
            "def model():\n    match {{choice([1, 2], name='x')}}:\n        case 2: return 2\n        case _: return 0\n",
            id="in a match",
        ),
        pytest.param(
            "def model():\n    while (x := {{choice([1, 2])}}) < 2: pass\n    return x\n", id="in a walrus"
        ),
        pytest.param(
            "def deco(x):\n    return lambda f: lambda: x\n@deco(x={{choice([1, 2])}})\ndef model():\n    return 0\n",
            id="in a decorator of the model",
        ),
        pytest.param(
            "def deco(f): return f\n@deco\n# why\n@deco\ndef model(\n) -> int:\n    x: int = {{choice([1, 2])}}\n    return x\n",
            id="in a decorated and annotated model",
        ),
        pytest.param(
            "x = {{choice([1, 2])}}\nif x:\n    def model(): return x\nelse:\n    def model(): return 0\n",
            id="in a name that chooses the model",
        ),
        pytest.param(
            "def model():\n    def values():\n        x = yield {{choice([1, 2], name='x')}}\n    return next(values())\n",
            id="in a generator",
        ),
        pytest.param(
            "def model():\n    return [x for x in [0, 1, 2] if x == {{choice([1, 2], name='x')}}][0]\n",
            id="in a condition of a comprehension",
        ),
        pytest.param(
            "from functools import partial as p\ndef model(x=0):\n    return x\nmodel = p(model, x={{choice([1, 2])}})\n",
            id="in what the model's name is bound to later",
        ),
    ],
)
def test_python_as_people_write_it(text: str) -> None:
    program = compiled(text)
    label = program.space.parameters[0].label
    assert run_trials(program, [{label: 1}, {label: 1}]) == [2, 2]
