from __future__ import annotations

import pytest

from hypertemplate.compiler.program import ProgramPart, Statement
from tests.compiler.support import BOTH, MODEL, SCRIPT, SETUP, TRIAL, compiled

TEXT = "import os\n\nA = [1,\n     2]\nB = {{uniform(0, 1)}}\n\ndef model():\n    return A, B, os\nimport random\nrandom.seed(1)\n"


def test_each_text_holds_its_statements_on_their_own_lines() -> None:
    part = compiled(TEXT).parts[0]
    assert part.setup == "import os\n\nA = [1,\n     2]\n\n\n\n\nimport random\nrandom.seed(1)\n"
    assert part.trial == "\n\n\n\nB = (_ht_['B'])\n\ndef model():\n    return A, B, os\n"
    assert part.kept == TEXT.replace("{{uniform(0, 1)}}", "(_ht_['B'])")


@pytest.mark.parametrize(
    ("statements", "text"),
    [
        pytest.param([], "\n", id="nothing"),
        pytest.param([(1, "a", SETUP)], "a\n", id="on the first line"),
        pytest.param([(3, "a", SETUP)], "\n\na\n", id="further down"),
        pytest.param([(1, "a", SETUP), (1, "b", SETUP)], "a; b\n", id="two on one line"),
        pytest.param([(1, "a", TRIAL), (1, "b", SETUP)], "b\n", id="the second of one line alone"),
        pytest.param(
            [(2, "a", SETUP), (2, "b", TRIAL), (2, "c", SETUP)], "\na; c\n", id="the first and the third"
        ),
        pytest.param([(1, "(a,\nb)", SETUP), (2, "c", SETUP)], "(a,\nb); c\n", id="after one of two lines"),
        pytest.param(
            [(1, "(a,\r\nb)", SETUP), (4, "c", SETUP)], "(a,\r\nb)\n\nc\n", id="every kind of line end counts"
        ),
        pytest.param(
            [(1, "a", SETUP), (2, "(b,\nc)", TRIAL), (3, "d", SETUP)],
            "a\n\nd\n",
            id="after one that is not there",
        ),
        pytest.param([(1, "a", BOTH), (2, "b", TRIAL)], "a\n", id="what runs in setup and trial too"),
    ],
)
def test_no_line_moves(statements: list[tuple[int, str, object]], text: str) -> None:
    part = ProgramPart("model.py", "", tuple(Statement(*one) for one in statements), 0)  # type: ignore[arg-type]
    assert part.setup == text


@pytest.mark.parametrize(
    ("path", "filename"),
    [
        pytest.param("/home/me/model.py", "/home/me/./model.py", id="a file, the same once normalised"),
        pytest.param("/model.py", "/./model.py", id="in the root"),
        pytest.param("", "<model.py>", id="without a file"),
        pytest.param("model.py", "<model.py>", id="without a folder"),
    ],
)
def test_the_filename_of_the_code_is_no_path_on_disk(path: str, filename: str) -> None:
    from hypertemplate.compiler.stages import compile_source
    from hypertemplate.compiler.syntax.source import Part, Source

    program = compile_source(Source((Part("file", "model.py", MODEL),), path))
    assert program.parts[0].filename == filename


def test_future_imports_become_flags() -> None:
    import __future__

    part = compiled('"""Doc."""\nfrom __future__ import annotations, division\n' + MODEL).parts[0]
    assert part.flags == __future__.annotations.compiler_flag | __future__.division.compiler_flag
    assert part.setup == '"""Doc."""\n'
    assert part.trial.startswith("\n\ndef model")


def test_parts_are_compiled_each_with_its_own_flags() -> None:
    import __future__

    program = compiled("from __future__ import annotations\nx = 1\n", SCRIPT)
    assert [part.flags for part in program.parts] == [__future__.annotations.compiler_flag, 0]
    assert [part.name for part in program.parts] == ["model.py", "part1.py"]
    assert [part.setup for part in program.parts] == ["\nx = 1\n", "\n"]
