"""The five commands on notebooks: real processes, plain Python."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import RANDOM_START, Cli
from tests.frontend.notebooks import code, notebook, save, text
from tests.studies import study_data

LEFT_OUT = "note: left out: 2 magics and 1 shell line (cells 2, 7)\n"
PLACES = "cell"


@pytest.fixture
def train(here: Path) -> str:
    """A notebook as people have them: text, magics, functions, and cells that try things."""
    cells = [
        text("# Training"),
        code("%matplotlib inline\nimport math\n!pip install nothing\n", 1),
        code("def data():\n    x, y = 2, 3\n    return x, y", 2),
        code(
            "def model(x, y):\n"
            "    rate = {{uniform(0, 1)}}\n"
            "    units = <<choice([8, 16])>>\n"
            "    if units > 8:\n"
            "        raise ValueError('too many')\n"
            "    return math.floor(x * y + rate)",
            7,
        ),
        code("print(model(*data()))", 8),
        text("## And now", "raw"),
        code("%%time\nresult = data()\n%store result"),
    ]
    save(here, notebook(*cells))
    return "train.ipynb"


def test_check(cli: Cli, train: str) -> None:
    assert cli("check", train) == (
        0,
        "train.ipynb: 2 parameters, no problems found (nothing was run)\n",
        LEFT_OUT,
    )


def test_space(cli: Cli, train: str) -> None:
    assert cli("space", train).out == (
        "label  distribution     where\n"
        f"rate   uniform(0, 1)    {PLACES} 4 (In [7]), line 2\n"
        f"units  choice([8, 16])  {PLACES} 4 (In [7]), line 3\n"
    )


def test_explain(cli: Cli, train: str) -> None:
    assert cli("compile", "--explain", train).out == (
        "where                    statement              runs      why\n"
        f"{PLACES} 2 (In [1]), line 2  import math            setup     no marker affects it\n"
        f"{PLACES} 3 (In [2]), line 1  def data():            setup     no marker affects it\n"
        f"{PLACES} 4 (In [7]), line 1  def model(x, y):       trial     contains a marker\n"
        f"{PLACES} 5 (In [8]), line 1  print(model(*data()))  left out  it calls model()\n"
        f"{PLACES} 7, line 2           result = data()        left out  "
        "it calls data(), whose result the model gets anyway\n"
    )


def test_the_program(cli: Cli, train: str, here: Path) -> None:
    assert cli("compile", train, "-o", "program.py").status == 0
    result = subprocess.run([sys.executable, "program.py"], capture_output=True, text=True, check=True)
    assert result.stdout == "6\n"


def test_a_run(cli: Cli, train: str, here: Path) -> None:
    settings = ("--set", "rate=0.5", "--set", "units=8")
    assert cli("run", train, "--max-evals", "1", *settings) == (
        0,
        "best of 1 trial: trial 0, loss 6, minimised\n"
        "  rate   0.5  (set)\n"
        "  units  8    (set)\n"
        "written to train.study: study.db, program.py\n",
        LEFT_OUT
        + RANDOM_START
        + "loading train.ipynb ...\n"
        + "searching 0 of 2 parameters in train.ipynb for the lowest loss: 1 trial, tpe, seed 1337\n"
        + "trial        loss  best so far     time    rate  units\n"
        + "    0     6.0000       6.0000  TIME  0.5         8\n"
        + "\n",
    )
    assert study_data(here / "train.study")["study"]["template"] == "train.ipynb"


@pytest.mark.parametrize("command", ["run", "try"])
def test_a_failed_trial_names_the_cell(cli: Cli, train: str, command: str) -> None:
    evals = ("--max-evals", "1") if command == "run" else ()
    ran = cli(command, train, *evals, "--set", "units=16")
    assert ran.status == 3
    lines = [line.strip() for line in ran.err.splitlines()]
    start = lines.index("Traceback (most recent call last):")
    assert lines[start : start + 4] == [
        "Traceback (most recent call last):",
        'File "train.ipynb, cell 4 (In [7])", line 5, in model',
        "raise ValueError('too many')",
        "ValueError: too many",
    ]


def test_a_cell_that_cannot_be_loaded_is_named(cli: Cli, here: Path) -> None:
    save(
        here,
        notebook(
            code("text = open('nosuch.csv').read()", 3),
            code("def model():\n    return len(text) * {{uniform(0, 1)}}"),
        ),
    )
    ran = cli("run", "train.ipynb")
    assert ran.status == 1
    assert ran.err.endswith(
        "error: the template could not be loaded: FileNotFoundError: [Errno 2] No such file or directory: "
        "'nosuch.csv' (train.ipynb, cell 1 (In [3]), line 1)\n"
        "Traceback (most recent call last):\n"
        '  File "train.ipynb, cell 1 (In [3])", line 1, in <module>\n'
        "    text = open('nosuch.csv').read()\n"
        "FileNotFoundError: [Errno 2] No such file or directory: 'nosuch.csv'\n"
    )


MODEL = "def model():\n    return {{uniform(0, 1)}}"


@pytest.mark.parametrize("command", ["check", "space", "run", "try", "compile"])
def test_warnings_about_magics_are_on_stderr(cli: Cli, here: Path, command: str) -> None:
    save(here, notebook(code("%run other.py", 1), code(MODEL, 2)))
    ran = cli(command, "train.ipynb", *(("--max-evals", "1") if command == "run" else ()))
    assert ran.status == 0
    assert ran.err.startswith(
        "train.ipynb, cell 1 (In [1]), line 1, column 1: warning HT008: %run other.py is left out: "
        "the names that it defines are missing\n"
        "    1 | %run other.py\n"
        "      | ^~~~~~~~~~~~~\n"
        "      = help: from ... import what the template uses of it\n"
    )
    assert "HT008" not in ran.out


def test_check_as_json_counts_the_cells_from_one_over_all(cli: Cli, here: Path) -> None:
    (here / "sub").mkdir()
    cells = [
        text(),
        code("%%time\n%run other.py", 4),
        text(),
        code("def model():\n    return {{uniform(1, 0)}} + größe"),
    ]
    save(here / "sub", notebook(*cells))
    ran = cli("check", "sub/train.ipynb", "--format", "json")
    assert (ran.status, ran.err) == (1, "")
    assert json.loads(ran.out) == {
        "diagnostics": [
            {
                "code": "HT008",
                "severity": "warning",
                "message": "%run other.py is left out: the names that it defines are missing",
                "help": "from ... import what the template uses of it",
                "file": "sub/train.ipynb",
                "cell": 2,
                "line": 2,
                "column": 1,
            },
            {
                "code": "HT104",
                "severity": "error",
                "message": "uniform() needs low < high, got low=1, high=0",
                "help": "swap the bounds: uniform(0, 1)",
                "file": "sub/train.ipynb",
                "cell": 4,
                "line": 2,
                "column": 14,
            },
            {
                "code": "HT301",
                "severity": "error",
                "message": "'größe' is not defined",
                "help": "import it, or define 'größe' at the top level",
                "file": "sub/train.ipynb",
                "cell": 4,
                "line": 2,
                "column": 32,
            },
        ]
    }


def test_space_as_json_has_the_cell(cli: Cli, train: str) -> None:
    ran = cli("space", train, "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert found["template"] == "train.ipynb"
    assert found["parameters"][1] == {
        "label": "units",
        "distribution": "choice",
        "arguments": "[8, 16]",
        "low": None,
        "high": None,
        "log": False,
        "default": None,
        "file": "train.ipynb",
        "cell": 4,
        "line": 3,
        "column": 13,
        "end_line": 3,
        "end_column": 32,
    }


def test_a_notebook_without_functions_is_a_script(cli: Cli, here: Path) -> None:
    cells = [
        code("rows = [1, 2, 3]\nprint(rows)"),
        code("rate = {{uniform(0, 1)}}\nrate"),
        code("rows.append(rate)\nloss = len(rows) + rate"),
        code("print(loss)\nloss"),
    ]
    save(here, notebook(*cells))
    ran = cli("try", "train.ipynb", "--objective", "loss")
    assert (ran.status, ran.out) == (0, "loss 4.5, minimised\n  rate  0.5\n")


def test_environment_and_folder_are_kept(cli: Cli, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "rows").mkdir()
    monkeypatch.setenv("WIDTH_OF_TEST", "1")
    cells = [
        code("%env WIDTH_OF_TEST=3\n%cd rows"),
        code("import os\ndef model():\n    name = os.path.basename(os.getcwd())\n"
             "    return {{uniform(0, 1)}} + int(os.environ['WIDTH_OF_TEST']) * len(name)"),
    ]  # fmt: skip
    save(here, notebook(*cells))
    assert cli("try", "train.ipynb").out.splitlines()[0] == "loss 12.5, minimised"
    assert os.environ["WIDTH_OF_TEST"] == "1"


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        pytest.param("Not found", "a.ipynb", "not a notebook: not JSON at line 1, column 1: Expecting value", id="no notebook"),
        pytest.param('{"cells": [', "a.ipynb", "not a notebook: its JSON breaks off at line 1, column 12", id="cut short"),
        pytest.param(notebook(text()), "a.ipynb", "the notebook has no code cells", id="text alone"),
        pytest.param(notebook(code("%pwd")), "a.ipynb", "the notebook has only magics in its code cells", id="magics alone"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["check", "space", "run", "try", "compile"])
def test_what_is_no_notebook_is_exit_status_2(
    cli: Cli, here: Path, command: str, content: object, name: str, message: str
) -> None:
    save(here, content, name)
    assert cli(command, name) == (2, "", f"error: {name}: {message}\n")


def test_python_text_named_like_a_notebook_runs_with_a_warning(cli: Cli, here: Path) -> None:
    save(here, MODEL, "model.ipynb")
    ran = cli("try", "model.ipynb")
    assert (ran.status, ran.out) == (0, "loss 0.5, minimised\n  uniform  0.5\n")
    assert ran.err.startswith(
        "model.ipynb: warning HT009: model.ipynb holds Python text, and is read as such\n"
        "      = help: rename it to model.py\n"
    )


def test_outputs_of_any_size_are_passed_over(cli: Cli, here: Path) -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "{{uniform(0, 1)}} " * 200_000}
    save(here, notebook(code(MODEL, outputs=[output])))
    assert cli("check", "train.ipynb") == (
        0,
        "train.ipynb: 1 parameter, no problems found (nothing was run)\n",
        "",
    )


def test_a_model_in_a_file_beside_the_notebook(cli: Cli, here: Path) -> None:
    (here / "network.py").write_text("def build():\n    return {{uniform(0, 1)}} / 0\n")
    cells = [
        code("from network import build"),
        code("from hyperas import optim\noptim.minimize(model=build, max_evals=1)"),
    ]
    save(here, notebook(*cells))
    ran = cli("run", "train.ipynb")
    assert ran.status == 3
    assert re.search(r'\n +File "network.py", line 2, in build\n +return {{uniform\(0, 1\)}} / 0\n', ran.err)


HELPERS = {
    "somelib": "def mape(x):\n    return 2.0 * x\n\ndef load():\n    return [3]\n",
    "otherlib": "SCALE = 10\n\ndef load():\n    return [4]\n",
}

SEARCH = (
    "best = optim.minimize(model=create_model, data=data, algo=tpe.suggest, max_evals=2, trials=Trials())"
)

WITH_STARS = {
    "one star import": (
        "from somelib import *",
        "def data():\n    return 1",
        "def create_model(x):\n    return {{uniform(0, 1)}} * mape(x)",
    ),
    "several, of which the last one counts": (
        "from somelib import *\nfrom otherlib import *",
        "def data():\n    return load()",
        "def create_model(x):\n    return {{uniform(0, 1)}} * mape(x[0]) + SCALE",
    ),
    "what a cell makes of one": (
        "from somelib import *\nx = mape(3)",
        "def data():\n    return 1",
        "def create_model(y):\n    return {{uniform(0, 1)}} * x * y",
    ),
    "what data leaves behind": (
        "from somelib import *",
        "def data():\n    n, load = 5, 6\n    return 1",
        "def create_model(x):\n    return {{uniform(0, 1)}} * n + len(load())",
    ),
    "a search below, and names that it rebinds": (
        "from hyperas import optim\nfrom hyperopt import Trials, tpe\nfrom math import *",
        "def data():\n    x = [1, 2]\n    return x",
        "def create_model(x):\n    sizes = [4, 9]\n    return {{uniform(0, len(x))}} + sqrt({{choice(sizes, name='choice')}})",
        SEARCH,
        "create_model = 3\nx = best",
    ),
}


@pytest.mark.long
@pytest.mark.parametrize("cells", [pytest.param(cells, id=name) for name, cells in WITH_STARS.items()])
def test_trials_of_a_notebook_are_plain_runs_of_its_cells(
    cli: Cli, here: Path, cells: tuple[str, ...]
) -> None:
    for name, helper in HELPERS.items():
        (here / f"{name}.py").write_text(helper, encoding="utf-8")
    save(here, notebook(*(code(cell, number) for number, cell in enumerate(cells, 1))))
    ran = cli("run", "train.ipynb", "--max-evals", "2")
    assert ran.status == 0, ran.err
    # Hyperas pasted data() into the module, so that the model found its variables.
    left = "n = 5\n" if "n, load" in cells[1] else ""
    plain = left + "\n".join(cells[:3]).replace(
        "from hyperas import optim\nfrom hyperopt import Trials, tpe\n", ""
    )
    plain = re.sub(r"\{\{(uniform|choice)\(.*?\)\}\}", r"VALUES['\1']", plain.replace("len(x))}}", "2)}}"))
    lines = ["import json, sys", f"sys.path.insert(0, {str(here)!r})", "VALUES = json.loads(sys.argv[1])"]
    lines += [plain, "print(create_model(data()))"]
    for trial in study_data(here / "train.study")["trials"]:
        values = json.dumps(trial["params"])
        run = subprocess.run(
            [sys.executable, "-c", "\n".join(lines), values], capture_output=True, text=True, check=True
        )
        assert float(run.stdout) == trial["loss"]
