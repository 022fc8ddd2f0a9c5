"""Statements of setup that change, unseen by the compiler, what trial statements above them read."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.errors import StatementOrderError
from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.loaded_program import load
from hypertemplate.runtime.seeds import as_they_were, notice_seeding
from tests.compiler.support import compiled

pytestmark = pytest.mark.usefixtures("loading")

TEMPLATE = """\
import operator, random
import numpy as np
{before}
np.random.seed(5); random.seed(5)
rate = {{{{uniform(0, 1)}}}}
first = (np.random.rand() + random.random()) * rate
{hidden}
loss = (np.random.rand() + random.random()) * rate + first
"""

SEEDS_BY_PROPERTY = """
class Seeds:
    @property
    def fresh(self):
        np.random.seed(7)
    def __setattr__(self, name, value):
        random.seed(value)
    def __iter__(self):
        np.random.seed(8)
        return iter((1, 2))
    def __getitem__(self, key):
        random.seed(key)
seeds = Seeds()
"""

GENERATOR = """
def several():
    yield 1
    np.random.seed(2)
    yield 2
steps = several()
next(steps)
"""


@pytest.fixture(autouse=True)
def seeds_are_noticed() -> Iterator[None]:
    watcher = ImportWatcher()
    watcher.install()
    unhook = notice_seeding(watcher)
    with as_they_were():
        yield
    unhook()
    watcher.uninstall()


def loss_of(text: str) -> float:
    """Return the loss of a trial."""
    loaded = load(compiled(text), 1)
    loaded.restore()
    loaded.run(loaded.draws({"rate": 0.25}), 3)
    loss: float = loaded.names["loss"]
    return loss


def fresh(text: str) -> float:
    """Return the loss of a run of the whole file."""
    names: dict[str, Any] = {}
    exec(re.sub(r"\{\{.*\}\}", "0.25", text), names)
    loss: float = names["loss"]
    return loss


@pytest.mark.parametrize(
    ("before", "hidden"),
    [
        pytest.param("", "exec('np.random.seed(7)')", id="code in a text"),
        pytest.param("", "eval('random.seed(7)')", id="an expression in a text"),
        pytest.param("", "operator.methodcaller('seed', 8)(np.random)", id="a method by its name"),
        pytest.param("", "exec('random.random()')", id="a draw in a text"),
        pytest.param(SEEDS_BY_PROPERTY, "seeds.fresh", id="a property"),
        pytest.param(SEEDS_BY_PROPERTY, "seeds.seed = 4", id="an attribute that is set"),
        pytest.param(SEEDS_BY_PROPERTY, "one, two = seeds", id="values that are unpacked"),
        pytest.param(SEEDS_BY_PROPERTY, "one = seeds[4]", id="an element"),
        pytest.param(GENERATOR, "next(steps)", id="a generator between two elements"),
    ],
)
def test_a_generator_that_setup_changes_below_a_trial_statement_is_an_error_whose_advice_helps(
    before: str, hidden: str
) -> None:
    text = TEMPLATE.format(before=before, hidden=hidden)
    with pytest.raises(StatementOrderError, match="seeds, or draws from, the random generator of") as raised:
        loss_of(text)
    number = int(re.findall(r"add to line (\d+): # hypertemplate: trial", str(raised.value))[0])
    lines = text.splitlines()
    assert lines[number - 1] == hidden
    assert f"line {number - 1} is above that line, but draws from that generator in each trial" in str(
        raised.value
    )
    lines[number - 1] += "  # hypertemplate: trial"
    assert loss_of("\n".join(lines)) == fresh(text)


def test_an_end_of_an_object_that_seeds_is_no_such_error() -> None:
    before = "class Gone:\n    def __del__(self):\n        random.seed(7)\ngone = Gone()"
    text = TEMPLATE.format(before=before, hidden="del gone")
    assert loss_of(text) == fresh(text)


def test_statements_on_one_line_are_told_apart() -> None:
    text = TEMPLATE.format(before="", hidden="second = rate * 2; exec('np.random.seed(7)'); third = second")
    with pytest.raises(StatementOrderError, match="add to line 7"):
        loss_of(text)
    followed = text.replace("third = second", "third = second  # hypertemplate: trial")
    assert loss_of(followed) == fresh(text)


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param("exec('unrelated = 3')", id="code that changes nothing"),
        pytest.param("exec('np.random.seed(7)')  # hypertemplate: setup", id="a comment that allows it"),
        pytest.param("exec('np.random.seed(7)')  #hypertemplate:setup", id="a comment without spaces"),
        pytest.param(
            "@(lambda f: exec('np.random.seed(7)'))\ndef f():  # hypertemplate: setup\n    return 1",
            id="a comment at a decorated def",
        ),
    ],
)
def test_what_changes_nothing_or_is_allowed_is_no_error(hidden: str) -> None:
    loss_of(TEMPLATE.format(before="", hidden=hidden))


def test_without_a_seed_no_number_is_at_stake() -> None:
    text = TEMPLATE.format(before="", hidden="exec('np.random.rand()')")
    loss_of(text.replace("np.random.seed(5); random.seed(5)", ""))


@pytest.mark.parametrize(
    "change",
    ["os.environ['SCALE_OF_THIS_TEST'] = '2'", "del os.environ['SCALE_OF_THIS_TEST']"],
    ids=["set", "removed"],
)
def test_a_variable_of_the_environment_that_setup_changes_below_is_an_error_whose_advice_helps(
    monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setenv("SCALE_OF_THIS_TEST", "1")
    text = (
        "import os\n"
        "class Scale:\n"
        "    @property\n"
        "    def doubled(self):\n"
        f"        {change}\n"
        "scale = Scale()\n"
        "rate = {{uniform(0, 1)}}\n"
        "def scaled():\n"
        "    return rate * float(os.getenv('SCALE_OF_THIS_TEST', '2'))\n"
        "loss = scaled()\n"
        "scale.doubled\n"
    )
    with pytest.raises(StatementOrderError) as raised:
        loss_of(text)
    assert str(raised.value).endswith(
        "line 11 changes the environment variable SCALE_OF_THIS_TEST, and runs before all trials; line 10 is "
        "above that line, but reads that variable in each trial, so the trials would differ from runs of the "
        "whole file: add to line 11: # hypertemplate: trial"
    )
    monkeypatch.setenv("SCALE_OF_THIS_TEST", "1")
    assert loss_of(text.replace("scale.doubled\n", "scale.doubled  # hypertemplate: trial\n")) == 0.25
    monkeypatch.setenv("SCALE_OF_THIS_TEST", "1")
    assert loss_of(text.replace("= scaled()", "= rate")) == 0.25


SET = "exec(\"os.environ['{}'] = '2'\")"
SCALE = SET.format("SCALE_OF_THIS_TEST")
READS = """\
import argparse, gettext, os, shutil, subprocess
rate = {{{{uniform(0, 1)}}}}
first = [rate, {read}]
{hidden}
loss = rate
"""


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that the template changes."""
    for name in ("SCALE_OF_THIS_TEST", "COLUMNS", "LANGUAGE"):
        monkeypatch.setenv(name, "1")


@pytest.mark.usefixtures("variables")
@pytest.mark.parametrize(
    ("read", "hidden"),
    [
        pytest.param("[n for n in os.environ if n.startswith('SCALE_')]", SCALE, id="a list of all"),
        pytest.param("dict(os.environ)", SCALE, id="a copy of all"),
        pytest.param("os.environb.get(b'SCALE_OF_THIS_TEST')", SCALE, id="as bytes"),
        pytest.param("os.system('exit $SCALE_OF_THIS_TEST')", SCALE, id="a command"),
        pytest.param("subprocess.call(['true'])", SCALE, id="a program"),
        pytest.param("shutil.get_terminal_size()", SET.format("COLUMNS"), id="the width, by the user's code"),
    ],
)
def test_every_way_to_read_a_variable_counts(read: str, hidden: str) -> None:
    with pytest.raises(StatementOrderError, match="line 3 is above that line, but reads that variable"):
        loss_of(READS.format(read=read, hidden=hidden))


@pytest.mark.usefixtures("variables")
@pytest.mark.parametrize(
    ("read", "hidden"),
    [
        pytest.param(
            "argparse.ArgumentParser().add_argument('--x')", SET.format("COLUMNS"), id="a width for argparse"
        ),
        pytest.param("argparse.ArgumentParser()", SET.format("LANGUAGE"), id="a language for argparse"),
        pytest.param("subprocess.call(['true'], env={})", SCALE, id="a program with variables of its own"),
        pytest.param("subprocess.call(['true'])", "import sets_for_this_test", id="an import of a library"),
        pytest.param(
            "[os.environ.update(SCALE_OF_THIS_TEST='3'), os.environ['SCALE_OF_THIS_TEST']]",
            SCALE,
            id="a variable that it has set itself",
        ),
        pytest.param(
            "[os.environ.pop('SCALE_OF_THIS_TEST', ''), os.environ.get('SCALE_OF_THIS_TEST')]",
            SCALE.replace("SCALE", "SCALES"),
            id="a variable that it has removed",
        ),
    ],
)
def test_a_variable_that_no_number_hangs_on_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: str, hidden: str
) -> None:
    sets = "import os\nos.environ['SCALE_OF_THIS_TEST'] = '2'\n"
    (tmp_path / "sets_for_this_test.py").write_text(sets, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert loss_of(READS.format(read=read, hidden=hidden)) == 0.25
    sys.modules.pop("sets_for_this_test", None)


def test_an_import_in_a_trial_reads_no_variable_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "late_of_this_test.py").write_text("RATE = 1", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    text = (
        "import os\nrate = {{uniform(0, 1)}}\nimport late_of_this_test  # hypertemplate: trial\n"
        "loss = rate * late_of_this_test.RATE\nexec(\"os.environ['SCALE_OF_THIS_TEST'] = '2'\")\n"
    )
    monkeypatch.setenv("SCALE_OF_THIS_TEST", "1")
    assert loss_of(text) == 0.25
    monkeypatch.setenv("SCALE_OF_THIS_TEST", "1")
    read = "import os\nRATE = float(os.environ['SCALE_OF_THIS_TEST'])"
    (tmp_path / "late_of_this_test.py").write_text(read, encoding="utf-8")
    sys.modules.pop("late_of_this_test", None)
    with pytest.raises(StatementOrderError, match="line 3 is above that line, but reads that variable"):
        loss_of(text)
    sys.modules.pop("late_of_this_test", None)
