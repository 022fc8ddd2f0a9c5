from __future__ import annotations

import pytest

from hypertemplate.frontend.notebook.magic_table import CAPTURED, TIMED, cell_magic, holds_marker, line_magic


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        pytest.param("env", "A=1", "import os; os.environ.update({'A': '1'})", id="an equals sign"),
        pytest.param("env", "A = 1 2", "import os; os.environ.update({'A': '1 2'})", id="space around it"),
        pytest.param("env", "A 1  2", "import os; os.environ.update({'A': '1  2'})", id="a space"),
        pytest.param("env", "A=", "import os; os.environ.update({'A': ''})", id="an empty value"),
        pytest.param("env", "A=b=c", "import os; os.environ.update({'A': 'b=c'})", id="a second equals sign"),
        pytest.param(
            "set_env", "A '1'", "import os; os.environ.update({'A': \"'1'\"})", id="quotes are kept"
        ),
        pytest.param("cd", "data", "import os; os.chdir('data')", id="a folder"),
        pytest.param("cd", "-q data", "import os; os.chdir('data')", id="a folder, quietly"),
        pytest.param("cd", "my data", "import os; os.chdir('my data')", id="a folder with a space"),
        pytest.param("cd", "'my data'", "import os; os.chdir('my data')", id="a folder in quotes"),
        pytest.param("cd", "it's", 'import os; os.chdir("it\'s")', id="a quote too many"),
        pytest.param("cd", "~/x", "import os; os.chdir(os.path.expanduser('~/x'))", id="a home"),
    ],
)
def test_what_can_be_said_in_python_is(name: str, arguments: str, code: str) -> None:
    assert line_magic(name, arguments) == code
    compile(code, "<cell>", "exec")


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        pytest.param("env", "A={b}", "its value uses names", id="a variable from a name in braces"),
        pytest.param("env", "A $b", "its value uses names", id="a variable from a name after a dollar"),
        pytest.param("cd", "", "the working directory stays as it is", id="home"),
        pytest.param("cd", "-", "the working directory stays as it is", id="back"),
        pytest.param("cd", "-2", "the working directory stays as it is", id="a folder by history"),
        pytest.param("cd", "-b mine", "the working directory stays as it is", id="a bookmark"),
        pytest.param("cd", "{root}/x", "the working directory stays as it is", id="a folder from a name"),
        pytest.param("run", "a.py", "the names that it defines are missing", id="another file"),
        pytest.param("store", "-r x", "the variables that it restores are missing", id="stored variables"),
    ],
)
def test_what_is_missed(name: str, arguments: str, text: str) -> None:
    missed = line_magic(name, arguments)
    assert isinstance(missed, tuple)
    assert missed.text == text
    assert missed.help


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("env", "", id="all variables, printed"),
        pytest.param("env", "A", id="one variable, printed"),
        pytest.param("env", "=1", id="no variable"),
        pytest.param("set_env", "A B=1", id="what IPython refuses"),
        pytest.param("matplotlib", "inline", id="plots"),
        pytest.param("store", "x", id="variables stored"),
        pytest.param("runner", "a.py", id="a name that begins like another"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_is_not_missed(name: str, arguments: str) -> None:
    assert line_magic(name, arguments) is None


@pytest.mark.parametrize(
    ("name", "arguments", "missed"),
    [
        pytest.param("bash", "", False, id="a shell"),
        pytest.param("python3", "", False, id="another process"),
        pytest.param("bash", "--out x", True, id="a shell whose output gets a name"),
        pytest.param("HTML", "", False, id="a page"),
        pytest.param("cython", "-a", True, id="an extension"),
        pytest.param("bashful", "", True, id="a name that begins like another"),
        pytest.param("", "", True, id="no name"),
    ],
)
def test_a_cell_that_is_missed(name: str, arguments: str, missed: bool) -> None:
    assert (cell_magic(name, arguments) is not None) is missed


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        pytest.param("%time f()", "f()", id="time"),
        pytest.param("% time f()", "f()", id="time after a space"),
        pytest.param("%%time", "", id="time over a cell"),
        pytest.param("%time --no-raise-error f()", "f()", id="time with its option"),
        pytest.param("%timeit -n10 -r 3 -qo f()", "f()", id="timeit with options"),
        pytest.param("%timeit -tn 5 -f()", "-f()", id="timeit of what looks like an option"),
        pytest.param("%prun -s cumulative -q -Dfile f()", "f()", id="prun with options"),
        pytest.param("%time %timeit -n 1 f()", "f()", id="one after another"),
        pytest.param("%times f()", None, id="another name"),
        pytest.param("%time(f())", None, id="a call"),
        pytest.param("%matplotlib", None, id="another magic"),
    ],
)
def test_what_a_timing_magic_runs(text: str, rest: str | None) -> None:
    match = TIMED.match(text)
    assert (None if match is None else text[match.end() :]) == rest


def test_capture_is_known_by_its_whole_name() -> None:
    assert CAPTURED.match("%%capture out")
    assert CAPTURED.match("%% capture")
    assert not CAPTURED.match("%%captured")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        pytest.param("a {{choice([1])}}", True, id="braces"),
        pytest.param("a { {hp.choice([1])}}", True, id="braces, apart, with a dotted name"),
        pytest.param("a << uniform (0, 1)>>", True, id="angle brackets"),
        pytest.param("cat <<EOF", False, id="text for the shell"),
        pytest.param("{{ user.name }}", False, id="another kind of template"),
        pytest.param("<<choice", False, id="no call"),
    ],
)
def test_what_looks_like_a_marker(text: str, holds: bool) -> None:
    assert holds_marker(text) is holds
