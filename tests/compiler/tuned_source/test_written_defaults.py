"""``apply --write``: markers stay, and what a trial read becomes their default."""

from __future__ import annotations

from typing import Any

import pytest

from tests.compiler.support import compiled
from tests.compiler.tuned_source.support import tuned, values_of, written_text


def body(line: str) -> str:
    return f"SIZES = [8, 16, 32]\ndef model(rate=1):\n    x = {line}\n    return x\n"


@pytest.mark.parametrize(
    ("line", "params", "expected"),
    [
        pytest.param("{{uniform(0, 1)}}", {"x": 0.5}, "{{uniform(0, 1, default=0.5)}}", id="behind the arguments"),
        pytest.param("{{uniform(0, 1,)}}", {"x": 0.5}, "{{uniform(0, 1, default=0.5)}}", id="behind a comma that is there"),
        pytest.param("{{uniform(0, (1))}}", {"x": 0.5}, "{{uniform(0, (1), default=0.5)}}", id="behind a parenthesis"),
        pytest.param("{{uniform(0, 99)}}", {"x": 64.0}, "{{uniform(0, 99, default=64)}}", id="as short as it stays exact: the type is that of the distribution"),
        pytest.param("{{uniform(0, 1, default=0.25)}}", {"x": 0.5}, "{{uniform(0, 1, default=0.5)}}", id="in place of an earlier one"),
        pytest.param("{{uniform(0, 1, default=5e-1)}}", {"x": 0.5}, "{{uniform(0, 1, default=5e-1)}}", id="but not of one that says the same"),
        pytest.param("{{uniform(0, 1, default=1/2, name='x')}}", {"x": 0.5}, "{{uniform(0, 1, default=1/2, name='x')}}", id="however it is written"),
        pytest.param("{{uniform(\n        0,  # low\n        1,  # high\n    )}}", {"x": 0.5}, "{{uniform(\n        0,  # low\n        1,  # high\n        default=0.5,\n    )}}", id="on a line of its own where the arguments have theirs"),
        pytest.param("{{uniform(\n        0,\n        1  # high\n    )}}", {"x": 0.5}, "{{uniform(\n        0,\n        1, default=0.5  # high\n    )}}", id="before a comment"),
        pytest.param("{{uniform(0,\n        1)}}", {"x": 0.5}, "{{uniform(0,\n        1, default=0.5)}}", id="behind the last line"),
        pytest.param("<<randint(9)>>", {"x": 5}, "<<randint(9, default=5)>>", id="between angles"),
        pytest.param("{{choice([32, 64])}}", {"x": "64"}, "{{choice([32, 64], default=64)}}", id="an option by its source"),
        pytest.param("{{choice([max(rate, 1), min(rate,\n        2)])}}", {"x": "min(rate, 2)"}, "{{choice([max(rate, 1), min(rate,\n        2)], default=min(rate, 2))}}", id="on one line"),
        pytest.param("{{choice([max(rate, uniform(0, 1)), 2])}}", {"x": "max(rate, uniform(0, 1))", "x.0": 0.5}, "{{choice([max(rate, uniform(0, 1, default=0.5)), 2], default=max(rate, uniform(0, 1)))}}", id="distributions inside an option have defaults of their own"),
        pytest.param("{{choice([uniform(0, 1, default=0.25), 2], default=2)}}", {"x": "uniform(0, 1)", "x.0": 0.5}, "{{choice([uniform(0, 1, default=0.5), 2], default=uniform(0, 1))}}", id="and replace those that are there"),
        pytest.param("{{choice([uniform(0, 1), 2])}}", {"x": "2"}, "{{choice([uniform(0, 1), 2], default=2)}}", id="what was not chosen has none"),
        pytest.param("{{pchoice([(0.5, 'a'), (0.5, 'b')])}}", {"x": "'b'"}, "{{pchoice([(0.5, 'a'), (0.5, 'b')], default='b')}}", id="of a weighted choice"),
        pytest.param("{{choice(SIZES)}}", {"x": 2}, "{{choice(SIZES, default=SIZES[2])}}", id="an item of a list by its number"),
        pytest.param("{{choice(SIZES, default=SIZES[2])}}", {"x": 2}, "{{choice(SIZES, default=SIZES[2])}}", id="which may be there"),
        pytest.param("[{{uniform(0, 1)[i]}} for i in range(2)]", {"x[0]": 0.5, "x[1]": 0.5}, "[{{uniform(0, 1, default=0.5)[i]}} for i in range(2)]", id="one value for all indices"),
    ],
)  # fmt: skip
def test_what_the_trial_read_becomes_the_default(line: str, params: dict[str, Any], expected: str) -> None:
    text = written_text(body(line), **params)
    assert text == body(expected)
    before, after = compiled(body(line)), compiled(text)
    assert after.digest == before.digest
    assert not after.warnings
    assert written_text(text, **params) == text


def test_what_the_trial_did_not_read_stays() -> None:
    text = body("{{uniform(0, 1)}}, {{uniform(0, 1, default=0.25)}}")
    assert written_text(text, ("x", "x_1"), x=0.5, x_1=0.5) == text


@pytest.mark.parametrize(
    ("line", "params", "expected"),
    [
        pytest.param(
            "[{{uniform(0, 1)[i]}} for i in range(2)]",
            {"x[0]": 0.5, "x[1]": 0.25},
            "line 3: the default of x stays as it is: it drew several values, one for each index, and a marker has "
            "one default",
            id="several values of one marker",
        ),
        pytest.param(
            "{{choice([1, 1.0])}}",
            {"x": "1.0"},
            "line 3: the default of x stays as it is: a default 1.0 would be option 0, and the trial had option 1",
            id="an option that equals an earlier one",
        ),
    ],
)
def test_what_no_default_can_say_is_told(line: str, params: dict[str, Any], expected: str) -> None:
    found, text = tuned(body(line), params, plain=False)
    assert text == body(line)
    assert found.notes == (expected,)


def test_a_trial_reads_what_its_space_says() -> None:
    values = values_of(body("{{quniform(0, 8, 2)}}"), {"x": 4.0}, ("y",))
    assert (values.read("x"), type(values.read("x")), values.read("y")) == (4, int, None)
