"""The part under ``if __name__ == "__main__":``, which runs where no function of the file is the objective."""

from __future__ import annotations

import pytest

from tests.compiler.support import (
    CHOICE,
    LEFT_OUT,
    SETUP,
    TRIAL,
    beside,
    cells,
    codes,
    compiled,
    placements,
    reasons,
    trials_and_fresh_runs,
)

U = "{{uniform(0, 1)}}"
GUARD = "if __name__ == '__main__':\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"{GUARD}    x = {U}\n    y = 1\n", [TRIAL, SETUP], id="a marker in it"),
        pytest.param(
            f"x = {U}\n{GUARD}    print(x)\n", [TRIAL, TRIAL], id="what it does with a marker's value"
        ),
        pytest.param(f"{GUARD}    x = 1; y = {U}\n", [SETUP, TRIAL], id="two statements on a line"),
        pytest.param(
            f"if __name__ == '__main__': x = 1; y = {U}\n", [SETUP, TRIAL], id="on the line of the if"
        ),
        pytest.param(f"{GUARD}    x = {U}\nelse:\n    x = 2\n", [TRIAL], id="with an else, as one statement"),
        pytest.param(
            f"import sys\nif __name__ == '__main__' and sys.argv:\n    x = {U}\n",
            [SETUP, TRIAL],
            id="with another condition, as one statement",
        ),
        pytest.param(
            f"def train():\n    return {{'loss': {U}}}\n{GUARD}    train()\n",
            [TRIAL, TRIAL],
            id="a function of another name that returns a loss",
        ),
        pytest.param(
            f"def model():\n    return {{'loss': {U}}}\n{GUARD}    model()\n",
            [TRIAL, LEFT_OUT],
            id="an objective function",
        ),
        pytest.param(
            f"def f():\n    return {U}\n{GUARD}    optim.minimize(model=f, data=None)\n",
            [TRIAL, LEFT_OUT],
            id="a search of its own",
        ),
        pytest.param(
            f"{GUARD}    def model():\n        return {U}\n    loss = model().fit()\n",
            [TRIAL, TRIAL],
            id="a function in it",
        ),
    ],
)
def test_when_each_statement_of_it_runs(text: str, expected: list[object]) -> None:
    assert placements(text) == expected


def test_a_comment_on_its_first_line_is_about_all_of_it() -> None:
    text = f"x = {U}\nif __name__ == '__main__':  # hypertemplate: skip\n    print(x)\n    y = 1\n"
    assert reasons(text)[1:] == ["its comment says so"] * 2


@pytest.mark.parametrize(
    ("text", "setup", "trial"),
    [
        pytest.param(
            f"import math\nif __name__ == '__main__':\n\n    x = 1\n    y = {U}\n",
            "import math\nif True:\n\n    x = 1\n",
            "\nif True:\n\n\n    y = (_ht_['y'])\n",
            id="indented as it was",
        ),
        pytest.param(
            f"if (__name__ ==\n    '__main__'): y = {U}; x = 1\nz = 1\n",
            "if True:\n x = 1\nz = 1\n",
            "if True:\n y = (_ht_['y'])\n",
            id="on the last line of the if",
        ),
        pytest.param(
            f"if '__main__' == __name__: y = {U}; x = 1\n",
            "if True: x = 1\n",
            "if True: y = (_ht_['y'])\n",
            id="on the line of the if",
        ),
        pytest.param(
            f"if __name__ == '__main__':\n\tfor i in '1':\n\t\ty = {U}\n\telse:\n\t\ty = 2\n\tx = 1; z = '''\n '''; w = x\n",
            "if True:\n\n\n\n\n\tx = 1; z = '''\n '''; w = x\n",
            "if True:\n\tfor i in '1':\n\t\ty = (_ht_['y'])\n\telse:\n\t\ty = 2\n",
            id="over several lines, with tabs",
        ),
        pytest.param(
            f"x = {U}\nif x:\n    if (__name__\n         == '__main__'):\n        y = 1\n",
            "\n",
            "x = (_ht_['x'])\nif x:\n    if ((True\n)):\n        y = 1\n",
            id="inside another statement",
        ),
        pytest.param(
            f"def f():\n    return __name__ == '__main__', __name__\nx = f(), {U}\n",
            "def f():\n    return (True), __name__\n",
            "\n\nx = f(), (_ht_['x'])\n",
            id="in a function",
        ),
        pytest.param(
            "def f():\n    return f'{__name__ == \"__main__\"}'\nx = f(), " + U,
            "def f():\n    return f'{__name__ == \"__main__\"}'\n",
            "\n\nx = f(), (_ht_['x'])\n",
            id="in a formatted string, where it stays",
        ),
    ],
)
def test_the_text_of_its_statements_keeps_lines_and_indentation(text: str, setup: str, trial: str) -> None:
    (part,) = compiled(text).parts
    assert part.setup == setup
    assert part.trial == trial


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            f"{GUARD}    rows = [1, 2]\n    rows.append({CHOICE})\n    for row in rows:\n        loss = row\n",
            id="a list that a trial changes",
        ),
        pytest.param(
            f"def main():\n    global loss\n    loss = {CHOICE} * 2\n{GUARD}    main()\n",
            id="a main function",
        ),
        pytest.param(
            f"class Trainer:\n    def __init__(self, rate):\n        self.rate = rate\n    def run(self):\n"
            f"        return self.rate * {CHOICE}\n{GUARD}    trainer = Trainer(3)\n    loss = trainer.run()\n"
            "    trainer.rate = loss\n",
            id="an object with methods",
        ),
        pytest.param(
            f"try:\n    if __name__ == '__main__':\n        loss = {CHOICE}\nfinally:\n    done = True\n",
            id="a test inside a try",
        ),
    ],
)
def test_each_trial_is_a_fresh_run_of_the_file(text: str) -> None:
    found, expected = trials_and_fresh_runs(text)
    assert found == expected


def test_of_a_notebook_the_part_runs_too() -> None:
    program = compiled(cells("x = 1", f"{GUARD}    y = {U} + x\n    print(y)\n"))
    assert [s.placement for part in program.parts for s in part.statements] == [SETUP, TRIAL]


def test_the_part_of_a_file_beside_the_template_stays_left_out() -> None:
    text = beside(
        "from nets import build\nx = build()\n", nets=f"def build():\n    return {U}\n{GUARD}    build()\n"
    )
    assert placements(text)[1] == LEFT_OUT


def test_a_marker_in_the_part_of_a_template_with_an_objective_is_not_searched() -> None:
    text = f"def model():\n    return {{'loss': {U}}}\n{GUARD}    x = {U}\n"
    assert codes(text) == ["UNREACHED_MARKER"]
