from __future__ import annotations

import pytest

from hypertemplate.compiler.emit.other_labels import with_labels
from tests.compiler.support import compiled, run_trials


@pytest.mark.parametrize(
    ("body", "labels", "values", "result"),
    [
        pytest.param("{{uniform(0, 1)}}", {"uniform": "it's"}, {"it's": 0.5}, 0.5, id="a number"),
        pytest.param("{{choice([8, 9])}}", {"choice": "size"}, {"size": 1}, 9, id="an option"),
        pytest.param("{{choice(list('ab'))}}", {"choice": "c"}, {"c": 1}, "b", id="of a list made at load"),
        pytest.param(
            "{{choice([0, dict(a=uniform(0, 1))])}}",
            {"choice": "x", "choice.a": "x.1"},
            {"x": 1, "x.1": 0.5},
            {"a": 0.5},
            id="inside an option",
        ),
        pytest.param(
            "[{{choice([8, 9])[i]}} for i in range(2)]",
            {"choice[0]": "x[0]", "choice[1]": "x[1]"},
            {"x[0]": 1, "x[1]": 0},
            [9, 8],
            id="of each iteration",
        ),
        pytest.param(
            "{{uniform(0, 1)}}, {{randint(3)}}",
            {"uniform": "u"},
            {"u": 0.5, "randint": 2},
            (0.5, 2),
            id="one of two",
        ),
    ],
)
def test_a_program_draws_under_other_labels(
    body: str, labels: dict[str, str], values: dict[str, float], result: object
) -> None:
    program = with_labels(compiled(f"def model():\n    return {body}\n"), labels)
    assert [parameter.label for parameter in program.space.parameters] == list(values)
    assert all(one.parent is None or one.parent[0] in values for one in program.space.parameters)
    assert run_trials(program, [values]) == [result]
