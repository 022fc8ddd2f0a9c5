"""What data() may return and how: each kind runs two real trials, in plain Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Template
from tests.studies import study_data

MODEL = "    return {{uniform(0, 1)}} * 0 + "

FORMS = {
    "a generator function": (
        "def data():\n    for n in range(3):\n        yield n\n\ndef model(rows):\n" + MODEL + "sum(rows)\n",
        3,
        "note: data() returns a generator, so it runs anew for each trial\n",
    ),
    "a generator beside a number": (
        "def data():\n    rows = (n for n in range(3))\n    steps = 10\n    return rows, steps\n\n"
        "def model(steps, rows):\n" + MODEL + "sum(rows) * steps\n",
        30,
        "note: data() returns a generator, so it runs anew for each trial\n",
    ),
    "a dict by keys": (
        "def data():\n    return {'x': 1, 'y': 20}\n\ndef model(y, x):\n" + MODEL + "y - x\n",
        19,
        "",
    ),
    "a dict as one object": (
        "def data():\n    return {'train': 1, 'test': 20}\n\ndef model(found):\n"
        + MODEL
        + "found['test'] - found['train']\n",
        19,
        "",
    ),
    "a single object": (
        "class Rows:\n    def __init__(self):\n        self.rows = [1, 2]\n\n"
        "def data():\n    rows = Rows()\n    return rows\n\ndef model(rows):\n" + MODEL + "sum(rows.rows)\n",
        3,
        "",
    ),
    "decorated with functools.cache": (
        "import functools\n\n@functools.cache\ndef data():\n    x, y = 1, 2\n    return x, y\n\n"
        "def model(x, y):\n" + MODEL + "x + y\n",
        3,
        "",
    ),
    "decorated with a call": (
        "import functools\n\n@functools.lru_cache(maxsize=None)\ndef data():\n    x = 5\n    return x\n\n"
        "def model(x):\n" + MODEL + "x\n",
        5,
        "",
    ),
    "an early return": (
        "import os\n\ndef data():\n    x, y = 1, 2\n    if os.environ.get('SURELY_NOT_SET'):\n"
        "        return None\n    return x, y\n\ndef model(y, x):\n" + MODEL + "y * 10 + x\n",
        21,
        "",
    ),
    "several returns": (
        "import os\n\ndef data():\n    x, y = 1, 2\n    if not os.environ.get('SURELY_NOT_SET'):\n"
        "        return x, y\n    x = 9\n    return x, y\n\ndef model(y, x):\n" + MODEL + "y * 10 + x\n",
        21,
        "",
    ),
    "a return over several lines": (
        "def data():\n    x_train, y_train = 1, 2\n    return (\n        x_train,  # rows\n"
        "        y_train,\n    )\n\ndef model(y_train, x_train):\n" + MODEL + "y_train * 10 + x_train\n",
        21,
        "",
    ),
    "arguments that the file's own call gives": (
        "from hyperas import optim\n\nROWS = 6\n\ndef data(rows, columns):\n    x = rows * columns\n    return x\n\n"
        "def model(x):\n" + MODEL + "x\n\noptim.minimize(model=model, data=data, data_args=(ROWS, 2))\n",
        12,
        "",
    ),
    "a marker in data": (
        "def data(rows={{choice([4])}}):\n    x = rows\n    return x\n\ndef model(x):\n" + MODEL + "x\n",
        4,
        "",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_data(cli: Cli, template: Template, here: Path, form: str) -> None:
    text, loss, note = FORMS[form]
    template(text)
    ran = cli("run", "model.py", "--max-evals", "2")
    assert ran.status == 0, ran.err
    assert [trial["loss"] for trial in study_data(here / "model.study")["trials"]] == [loss, loss]
    assert [f"{line}\n" for line in ran.err.splitlines() if "data()" in line] == ([note] if note else [])


def test_the_note_about_data_stands_above_the_trials(cli: Cli, template: Template) -> None:
    template(FORMS["a generator function"][0])
    lines = cli("run", "model.py", "--max-evals", "1").err.splitlines()
    assert lines[3].startswith("note: data() returns a generator")
    assert lines[5].startswith("trial ")
    assert lines[6].startswith("    0 ")


@pytest.mark.parametrize(
    ("marker", "calls"),
    [pytest.param("2", "x", id="once"), pytest.param("{{choice([2])}}", "xxx", id="per trial")],
)
def test_how_often_data_runs(cli: Cli, template: Template, marker: str, calls: str) -> None:
    template(
        f"""\
        def data():
            with open("calls", "a") as log:
                log.write("x")
            rows = {marker}
            return rows

        def model(rows):
            return {{{{uniform(0, 1)}}}} + rows
        """
    )
    assert cli("run", "model.py", "--max-evals", "3").status == 0
    assert Path("calls").read_text() == calls
