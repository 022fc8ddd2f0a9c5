"""Comments that overrule when a statement runs."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.program import Placement
from hypertemplate.compiler.stages import explain
from tests.compiler.support import SCRIPT, codes, findings, source

U = "{{uniform(0, 1)}}"
MODEL = f"def model():\n    return {U}\n"
SETUP, TRIAL, LEFT_OUT = Placement.SETUP, Placement.TRIAL, Placement.LEFT_OUT


def placed(text: str) -> list[tuple[Placement, str]]:
    """Placement and reason of each statement before the model."""
    return [(one.placement, one.reason) for one in explain(source(text + SCRIPT))][:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x = 1  # hypertemplate: trial\n", [TRIAL], id="trial"),
        pytest.param("x = 1  # hypertemplate: skip\n", [LEFT_OUT], id="skip"),
        pytest.param(f"x = {U}\ny = x  # hypertemplate: setup\n", [TRIAL, SETUP], id="setup"),
        pytest.param("x = 1  #hypertemplate:trial\n", [TRIAL], id="without blanks"),
        pytest.param("x = (1,  # hypertemplate: trial\n     2)\n", [TRIAL], id="of a statement on two lines"),
        pytest.param(
            "x = 1; y = 2  # hypertemplate: trial\n", [TRIAL, TRIAL], id="of two statements on a line"
        ),
        pytest.param("@print\ndef f(): pass  # hypertemplate: trial\n", [TRIAL], id="on the line of the def"),
        pytest.param(
            "@print  # hypertemplate: trial\ndef f(): pass\n", [TRIAL], id="on the decorator's line"
        ),
        pytest.param("x = 1  # hypertemplate: trial\ny = x\n", [TRIAL, TRIAL], id="what uses it follows"),
        pytest.param("x = '# hypertemplate: trial'\n", [SETUP], id="a string is no comment"),
        pytest.param("x = 1  # see hypertemplate: trial\n", [SETUP], id="another comment"),
        pytest.param("x = 1  # hypertemplate: trial  # why\n", [TRIAL], id="before other text"),
        pytest.param("x = 1  # tune: randint(3)  # hypertemplate: skip\n", [LEFT_OUT], id="behind a marker"),
        pytest.param("x = 1  # hypertemplate: skip  # tune: randint(3)\n", [LEFT_OUT], id="before a marker"),
        pytest.param("a = 1\rx = 1  # hypertemplate: trial\r", [SETUP, TRIAL], id="after old line ends"),
    ],
)
def test_a_comment_overrules(text: str, expected: list[Placement]) -> None:
    assert [placement for placement, _ in placed(text)] == expected


def test_the_reason_is_the_comment() -> None:
    text = "x = 1  # hypertemplate: trial\ny = 2  # hypertemplate: setup\nz = 3  # hypertemplate: skip\n"
    assert {reason for _, reason in placed(text)} == {"its comment says so"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "x = 1  # hypertemplate: never\n",
            "model.py:1:8: error HT305: expected setup, trial or skip, got never\n"
            "    1 | x = 1  # hypertemplate: never\n"
            "      |        ^~~~~~~~~~~~~~~~~~~~~~\n"
            "      = help: write # hypertemplate: trial",
            id="another word",
        ),
        pytest.param(
            "x = 1  # hypertemplate:\n",
            "model.py:1:8: error HT305: expected setup, trial or skip, got nothing\n"
            "    1 | x = 1  # hypertemplate:\n"
            "      |        ^~~~~~~~~~~~~~~~\n"
            "      = help: write # hypertemplate: trial",
            id="no word",
        ),
        pytest.param(
            f"x = {U}  # hypertemplate: setup\n",
            "model.py:1:24: error HT305: this statement has a marker, so it cannot run once for all trials\n"
            f"    1 | x = {U}  # hypertemplate: setup\n"
            "      |                        ^~~~~~~~~~~~~~~~~~~~~~\n"
            "      = help: remove the comment",
            id="setup on a marker",
        ),
        pytest.param(
            f"w = {U}\nx = w * 2  # hypertemplate: setup\n",
            "model.py:2:12: error HT305: this statement uses 'w', which is made for each trial (line 1), "
            "so it cannot run once for all\n"
            "    2 | x = w * 2  # hypertemplate: setup\n"
            "      |            ^~~~~~~~~~~~~~~~~~~~~~\n"
            "      = help: remove the comment: the statement then runs in each trial",
            id="setup on what a marker gives",
        ),
        pytest.param(
            f"def f(): return g()\ndef g(): return w  # hypertemplate: setup\nw = {U}\n"
            "x = g()  # hypertemplate: setup\n",
            "model.py:4:10: error HT305: this statement uses 'w', which is made for each trial (line 3), "
            "so it cannot run once for all\n"
            "    4 | x = g()  # hypertemplate: setup\n"
            "      |          ^~~~~~~~~~~~~~~~~~~~~~\n"
            "      = help: remove the comment: the statement then runs in each trial",
            id="setup on what calls a function of setup that needs it",
        ),
        pytest.param(
            f"x = {U}\nx = 1  # hypertemplate: setup\n",
            "model.py:2:8: error HT305: this statement rebinds 'x', which is made for each trial (line 1), "
            "so it cannot run once for all\n"
            "    2 | x = 1  # hypertemplate: setup\n"
            "      |        ^~~~~~~~~~~~~~~~~~~~~~\n"
            "      = help: remove the comment: the statement then runs in each trial",
            id="setup on what binds a marker's name anew",
        ),
        pytest.param(
            "# hypertemplate: skip\nx = 1\n",
            "model.py:1:1: error HT305: no top-level statement starts on the line of this comment\n"
            "    1 | # hypertemplate: skip\n"
            "      | ^~~~~~~~~~~~~~~~~~~~~\n"
            "      = help: put it at the end of a top-level statement's first line",
            id="on a line of its own",
        ),
    ],
)
def test_a_comment_that_cannot_overrule(text: str, found: str) -> None:
    assert findings(text + MODEL.replace("return", "return x *")) == found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"w = {U}\ndef x(): return w  # hypertemplate: setup\n", id="a function's body"),
        pytest.param(f"w = 1\nx = w  # hypertemplate: setup\nw = {U}\n", id="a value of before"),
        pytest.param(f"x = 1  # hypertemplate: setup\nx = x + {U}\n", id="what the trial binds anew"),
    ],
)
def test_setup_where_a_trial_comes_later(text: str) -> None:
    assert codes(text + MODEL.replace("return", "return x *")) == []


def test_what_is_skipped_is_missed_by_name() -> None:
    text = "x = 1  # hypertemplate: skip\n" + MODEL.replace("return", "return x *")
    assert findings(text).split("\n")[0] == (
        "model.py:3:12: error HT301: 'x' is defined only on line 1, which is left out: its comment says so"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("print 'a'\n", "(a print statement)", id="print"),
        pytest.param("exec 'a'\n", "(an exec statement)", id="exec"),
        pytest.param("try:\n    x\nexcept E, e:\n    pass\n", "(except with a comma)", id="except"),
        pytest.param("x = 0777\n", "(an octal number such as 0777)", id="an octal number"),
    ],
)
def test_python_2_is_said_to_be_that(text: str, found: str) -> None:
    assert codes(text) == ["PYTHON_2"]
    assert f"this is Python 2 source {found}, and only Python 3 can run it" in findings(text)
