from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hypertemplate.compiler.program import Program, ProgramPart
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.runtime.draws import Draws
from hypertemplate.runtime.failures.tracebacks import format_exception, reason, user_place
from hypertemplate.runtime.hooks.keras_fit import hook
from tests.runtime.programs import program

FOLDER = Path("/home/me")
FILE = "/home/me/./model.py"


def raised(program: Program, **names: Any) -> BaseException:
    """What the trial part of `program` raises, as a worker's code meets it."""
    part = program.parts[0]
    namespace = {"_ht_": Draws({"rate": 0.5}), **names}
    try:
        exec(compile(part.trial, part.filename, "exec"), namespace)
    except BaseException as error:
        error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next  # less this file's frame
        return error
    raise AssertionError("nothing was raised")


def shown(text: str, **names: Any) -> str:
    made = program(trial=text, folder=FOLDER)
    return format_exception(raised(made, **names), made)


def test_the_users_file_and_line_with_the_marker_in_it() -> None:
    text = """
        def model():
            return 1 / ((_ht_['rate']) - 0.5)
        model()
    """
    assert shown(text) == (
        "Traceback (most recent call last):\n"
        '  File "model.py", line 3, in <module>\n'
        "    model()\n"
        '  File "model.py", line 2, in model\n'
        "    return 1 / ({{uniform(0, 1)}} - 0.5)\n"
        "ZeroDivisionError: float division by zero"
    )


def test_the_reason_names_the_innermost_line_of_all_files_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = tmp_path / "churn" / "data.py"
    beside.parent.mkdir()
    beside.write_text("def load():\n    return open('nosuch.csv')\n")
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    exec(compile(beside.read_text(), str(beside), "exec"), namespace)
    made = program(trial="load()", folder=FOLDER)
    error = raised(made, load=namespace["load"])
    assert reason(error, made) == (
        "FileNotFoundError: [Errno 2] No such file or directory: 'nosuch.csv' (churn/data.py:2)"
    )
    monkeypatch.chdir(beside.parents[1] / "churn")
    assert user_place(error, made) == "data.py:2"
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert user_place(error, made) == f"{beside}:2"


def test_causes_and_contexts_are_shown_alike() -> None:
    text = """
        try:
            1 / 0
        except ZeroDivisionError as error:
            try:
                {}['x']
            except KeyError:
                raise ValueError('bad') from error
    """
    assert shown(text) == (
        "Traceback (most recent call last):\n"
        '  File "model.py", line 2, in <module>\n'
        "    1 / 0\n"
        "ZeroDivisionError: division by zero\n"
        "\n"
        "The above exception was the direct cause of the following exception:\n"
        "\n"
        "Traceback (most recent call last):\n"
        '  File "model.py", line 7, in <module>\n'
        "    raise ValueError('bad') from error\n"
        "ValueError: bad"
    )


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 has neither notes nor groups")
def test_notes_and_the_members_of_groups_are_shown() -> None:
    text = """
        def fail(n):
            error = ValueError(n)
            error.add_note(f'note {n}')
            raise error
        found = []
        for n in range(2):
            try:
                fail(n)
            except ValueError as error:
                found.append(error)
        raise ExceptionGroup('both', found)
    """
    assert shown(text) == (
        "  + Exception Group Traceback (most recent call last):\n"
        '  |   File "model.py", line 11, in <module>\n'
        "  |     raise ExceptionGroup('both', found)\n"
        "  | ExceptionGroup: both (2 sub-exceptions)\n"
        "  +-+---------------- 1 ----------------\n"
        "    | Traceback (most recent call last):\n"
        '    |   File "model.py", line 8, in <module>\n'
        "    |     fail(n)\n"
        '    |   File "model.py", line 4, in fail\n'
        "    |     raise error\n"
        "    | ValueError: 0\n"
        "    | note 0\n"
        "    +---------------- 2 ----------------\n"
        "    | Traceback (most recent call last):\n"
        '    |   File "model.py", line 8, in <module>\n'
        "    |     fail(n)\n"
        '    |   File "model.py", line 4, in fail\n'
        "    |     raise error\n"
        "    | ValueError: 1\n"
        "    | note 1\n"
        "    +------------------------------------"
    )


@pytest.mark.parametrize(
    ("call", "causes"),
    [
        pytest.param("get(look, 'a')", 0, id="it says the same"),
        pytest.param("get(look, 'b')", 1, id="it says something else"),
        pytest.param("get(lambda: {}['a'], 'a')", 1, id="code of the user's raised it"),
    ],
)
def test_an_exception_that_a_library_raises_twice_is_shown_once(call: str, causes: int) -> None:
    library = """
def get(look, key):
    try:
        look()
    except KeyError as error:
        raise KeyError(key) from error

def look():
    raise KeyError('a')
"""
    names: dict[str, Any] = {}
    exec(compile(library, "/usr/lib/site-packages/pandas/base.py", "exec"), names)
    assert shown(call, get=names["get"], look=names["look"]).count("direct cause") == causes


def test_our_frames_are_left_out_and_a_librarys_are_not(tmp_path: Path) -> None:
    library = tmp_path / "library.py"
    library.write_text("def fit(self):\n    raise OSError('full')\n")
    names: dict[str, Any] = {}
    exec(compile(library.read_text(), str(library), "exec"), names)

    class Keras:
        Model = type("Model", (), {"fit": names["fit"]})

    hook(Keras, lambda: None)  # type: ignore[arg-type]
    assert shown("model.fit()", model=Keras.Model()) == (
        "Traceback (most recent call last):\n"
        '  File "model.py", line 1, in <module>\n'
        "    model.fit()\n"
        f'  File "{library}", line 2, in fit\n'
        "    raise OSError('full')\n"
        "OSError: full"
    )


def test_pythons_import_machinery_is_left_out() -> None:
    assert shown("import a_module_that_is_not_there") == (
        "Traceback (most recent call last):\n"
        '  File "model.py", line 1, in <module>\n'
        "    import a_module_that_is_not_there\n"
        "ModuleNotFoundError: No module named 'a_module_that_is_not_there'"
    )


def test_an_endless_recursion_is_folded() -> None:
    text = """
        def again():
            again()
        again()
    """
    lines = shown(text).split("\n")
    assert lines[:7] == [
        "Traceback (most recent call last):",
        '  File "model.py", line 3, in <module>',
        "    again()",
        *['  File "model.py", line 2, in again', "    again()"] * 2,
    ]
    assert lines[9].startswith("  [Previous line repeated ")
    assert lines[10:] == ["RecursionError: maximum recursion depth exceeded"]


def test_a_recursion_through_several_functions_is_cut() -> None:
    text = """
        def one(n):
            two(n)
        def two(n):
            if n == 0:
                raise ValueError('deep')
            one(n - 1)
        one(100)
    """
    lines = shown(text).split("\n")
    assert lines[61] == "  [143 more frames]"
    assert len(lines) == 1 + 2 * 60 + 1 + 1
    assert lines[-3:] == [
        '  File "model.py", line 5, in two',
        "    raise ValueError('deep')",
        "ValueError: deep",
    ]


def test_a_long_message_is_cut_in_the_middle() -> None:
    text = shown("raise ValueError('a' * 30_000 + 'b')")
    assert len(text) < 20_100
    assert text.endswith("ab")
    assert "\n[10128 more characters]\n" in text


def test_a_message_that_names_the_rewritten_file_names_the_users() -> None:
    message = (
        "in user code:\n\n"
        f'    File "{FILE}", line 2, in scale  *\n'
        "        return x * (_ht_['rate'])\n"
        f'    File "{FILE}", line 99, in scale  *\n'
        "        nothing\n\n"
        "    TypeError: no\n"
    )
    text = """
        def scale(x):
            return x * (_ht_['rate'])
        raise TypeError(message)
    """
    made = program(trial=text, folder=FOLDER)
    error = raised(made, message=message)
    assert format_exception(error, made).split("\n", 3)[3] == (
        "TypeError: in user code:\n\n"
        '    File "model.py", line 2, in scale  *\n'
        "        return x * {{uniform(0, 1)}}\n"
        '    File "model.py", line 99, in scale  *\n'
        "        \n\n"
        "    TypeError: no"
    )
    assert reason(error, made) == "TypeError: no (model.py:99)"


def test_what_terminals_would_obey_and_no_encoding_takes_is_written_out() -> None:
    text = shown("raise ValueError('\\x1b[1mbold\\x1b[0m \\ud800')")
    assert text.endswith("ValueError: bold \\ud800")


def one(text: str, **names: Any) -> str:
    made = program(trial=text, folder=FOLDER)
    return reason(raised(made, **names), made)


class Broken(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


KERAS = (
    "Exception encountered when calling Dense.call().\n\n\x1b[1mshapes differ\x1b[0m\n\nArguments received"
)
TENSORFLOW = "Graph execution error:\n\nDetected at node A\nsizes differ\n\t [[{{node A}}]] [Op:x]"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(
            "raise ValueError('no\\n  expected 2\\n  got 3\\n')",
            "ValueError: no (model.py:1)\nexpected 2\ngot 3",
            id="several lines are told whole",
        ),
        pytest.param(
            "raise ValueError('a\\n  x:\\n    y\\n\\n  z')",
            "ValueError: a (model.py:1)\nx:\n  y\nz",
            id="lines below others stay indented",
        ),
        pytest.param(
            "raise ValueError('\\n'.join(map(str, range(40))))",
            "ValueError: 0 (model.py:1)\n1\n2\n3\n4\n5\n[28 more lines]\n34\n35\n36\n37\n38\n39",
            id="of many lines the first and the last",
        ),
        pytest.param("raise ValueError", "ValueError", id="no message"),
        pytest.param(
            "raise KERAS",
            "ValueError: Exception encountered when calling Dense.call(). (model.py:1)\nshapes differ\n"
            "Arguments received",
            id="what Keras wraps",
        ),
        pytest.param(
            "raise TENSORFLOW", "ValueError: Graph execution error: sizes differ", id="what TensorFlow wraps"
        ),
        pytest.param(
            "raise ValueError('Graph execution error:\\nother')",
            "ValueError: Graph execution error:",
            id="what TensorFlow wraps otherwise",
        ),
        pytest.param("raise Broken", "Broken: <exception str() failed>", id="a broken exception"),
        pytest.param("raise ValueError('\\ud800')", "ValueError: \\ud800", id="a surrogate"),
        pytest.param("raise ValueError('x' * 400)", f"ValueError: {'x' * 284} ...", id="a long message"),
        pytest.param(
            "_ht_['other']",
            "'other' has no value in this trial: it belongs to an option that was not chosen",
            id="our own exceptions need no type",
        ),
    ],
)
def test_the_reason_is_the_message_with_its_place(text: str, line: str) -> None:
    given = one(text, Broken=Broken, KERAS=ValueError(KERAS), TENSORFLOW=ValueError(TENSORFLOW))
    assert given == (line if "\n" in line else f"{line} (model.py:1)")


def test_the_reason_names_the_innermost_place_in_the_template() -> None:
    assert one("def f():\n    {}['x']\nf()") == "KeyError: 'x' (model.py:2)"


def test_an_exception_from_nowhere_has_no_place() -> None:
    made = program(trial="pass", folder=FOLDER)
    assert reason(ValueError("no"), made) == "ValueError: no"
    assert format_exception(ValueError("no"), made) == "ValueError: no"


def test_a_cell_is_named_as_people_know_it() -> None:
    name = "train.ipynb, cell 3 (In [7])"
    made = program(trial="1 / 0", folder=FOLDER)
    part = ProgramPart(name, FILE, made.parts[0].statements, 0)
    source = Source((Part("cell", name, "1 / 0"),))
    made = Program(source, (part,), made.space, "model", None, False, made.join, made.digest)
    error = raised(made)
    assert reason(error, made) == f"ZeroDivisionError: division by zero ({name}, line 1)"
    assert format_exception(error, made).split("\n")[1] == f'  File "{name}", line 1, in <module>'


def test_the_shown_frames_agree_with_pythons_own(capsys: pytest.CaptureFixture[str]) -> None:
    text = """
        def outer(f):
            f()
        outer(lambda: 1 / 0)
    """
    made = program(trial=text, folder=FOLDER)
    error = raised(made)
    theirs = "".join(traceback.format_exception(error))
    places: Callable[[str], list[str]] = lambda text: [  # noqa: E731
        line.replace(FILE, "model.py") for line in text.split("\n") if line.startswith("  File")
    ]
    assert places(format_exception(error, made)) == places(theirs)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        pytest.param(
            "{{function_node __wrapped__Fill_device_/job:localhost/replica:0/task:0/device:GPU:0}} OOM when "
            "allocating tensor with shape[10,9] and type float on /job:localhost/replica:0/task:0/device:GPU:0 "
            "by allocator GPU_0_bfc [Op:Fill] name: ",
            "OOM when allocating tensor with shape[10,9] and type float on GPU:0 by allocator GPU_0_bfc",
            id="TensorFlow's names of operations and devices",
        ),
        pytest.param(
            "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory",
            "DefaultCPUAllocator: can't allocate memory",
            id="a line of PyTorch's own source",
        ),
    ],
)
def test_the_reason_is_for_those_who_use_a_framework(said: str, line: str) -> None:
    assert one("raise ERROR", ERROR=ValueError(said)) == f"ValueError: {line} (model.py:1)"
