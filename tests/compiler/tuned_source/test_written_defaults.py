"""``apply --write``: markers stay, and what a trial read becomes their default."""

from __future__ import annotations

from typing import Any

import pytest

from hypertemplate.compiler.markers.search_space import Dimension, Option
from hypertemplate.compiler.tuned_source.tuned_edits import default_edits
from hypertemplate.compiler.tuned_source.tuned_values import TunedValues
from tests.compiler.support import analysis, compiled, findings
from tests.compiler.tuned_source.support import plain_text, tuned, values_of, written_text


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
        pytest.param("{{choice([max(rate, uniform(0, 1)), 2])}}", {"x": "max(rate, uniform(0, 1))", "x.0": 0.5}, "{{choice([max(rate, uniform(0, 1)), 2], default=max(rate, 0.5))}}", id="an option has the values that the distributions in it drew"),
        pytest.param("{{choice([uniform(0, 1, default=0.25), 2], default=2)}}", {"x": "uniform(0, 1)", "x.0": 0.5}, "{{choice([uniform(0, 1, default=0.25), 2], default=0.5)}}", id="which count for more than defaults of their own"), pytest.param("{{choice([[uniform(0, 1)], [uniform(0, 2)]])}}", {"x": "[uniform(0, 2)]", "x.1": 0.5}, "{{choice([[uniform(0, 1)], [uniform(0, 2, default=0.5)]], default=[uniform(0, 2)])}}", id="unless an earlier option could give these values too"),
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
            "line 3: the default of x is left unchanged, so the written defaults do not reproduce the trial: it drew x[0]=0.5, x[1]=0.25, and a marker has only one "
            "default; --plain writes each value",
            id="several values of one marker",
        ),
        pytest.param(
            "[{{uniform(0, 1)[i]}} for i in range(10)]",
            {f"x[{n}]": n / 16 for n in range(10)},
            "line 3: the default of x is left unchanged, so the written defaults do not reproduce the trial: it drew x[0]=0.0, x[1]=0.0625, x[2]=0.125, "
            "x[3]=0.1875, x[4]=0.25, x[5]=0.3125, x[6]=0.375, x[7]=0.4375 and 2 more, and a marker has only one "
            "default; --plain writes each value",
            id="many values of one marker",
        ),
        pytest.param(
            "[{{choice([max(1,\n        2), 3])[i]}} for i in range(2)]",
            {"x[0]": "max(1, 2)", "x[1]": "3"},
            "line 3: the default of x is left unchanged, so the written defaults do not reproduce the trial: it drew x[0]=max(1, 2), x[1]=3, and a marker has only "
            "one default; --plain writes each value",
            id="several options of one marker, one of them on two lines",
        ),
        pytest.param(
            "{{lognormal(0, 1)}}",
            {"x": float("inf")},
            "line 3: the default of x is left unchanged, so the written defaults do not reproduce the trial: inf is not finite",
            id="infinity",
        ),
        pytest.param(
            "{{choice([[lognormal(0, 1)], 2])}}",
            {"x": "[lognormal(0, 1)]", "x.0": float("inf")},
            "line 3: the default of x is left unchanged, so the written defaults do not reproduce the trial: inf is not finite",
            id="infinity in an option",
        ),
        pytest.param(
            "{{choice([[uniform(0, 1)], [uniform(0, 1)]])}}",
            {"x": 1, "x.1": 0.5},
            "line 3: the default of x is left unchanged, so the written defaults do not reproduce the trial: a default [uniform(0, 1)] would be option 0, and the trial "
            "had option 1",
            id="an option that is written like an earlier one",
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


COMMENTS = [
    pytest.param("max(0.2, rate)  # tune: uniform(0, 0.5)", {"x": 0.25}, "max(0.25, rate)  # tune: uniform(0, 0.5)", "max(0.25, rate)", id="a number before its comment"),
    pytest.param("max(2, rate)  # tune: uniform(0, 99)", {"x": 64.0}, "max(64.0, rate)  # tune: uniform(0, 99)", "max(64.0, rate)", id="has the type that a trial had"),
    pytest.param("max(rate, -1)  # tune: uniform(-3, 3)", {"x": -0.5}, "max(rate, -0.5)  # tune: uniform(-3, 3)", "max(rate, -0.5)", id="its sign is a part of it"),
    pytest.param("len([rate, 5, -0.5])  # tune rate: uniform(0, 1)", None, "", "", id="a name that nothing has is an error before"),
    pytest.param("max(64, rate)  # noqa  # tune: choice([32, 64])  # was 16", {"x": "32"}, "max(32, rate)  # noqa  # tune: choice([32, 64])  # was 16", "max(32, rate)  # noqa  # was 16", id="other comments stay"),
    pytest.param("max(64, rate)  # tune: choice([32, 64])  # was 16", {"x": "32"}, "max(32, rate)  # tune: choice([32, 64])  # was 16", "max(32, rate)  # was 16", id="also behind it alone"),
    pytest.param("dict(a=64, b='x')  # tune: choice([32, 64]); choice(['x', 'y'])", {"a": "32", "b": "'y'"}, "dict(a=32, b='y')  # tune: choice([32, 64]); choice(['x', 'y'])", "dict(a=32, b='y')", id="several in one comment"),
    pytest.param("1 + (rate if rate else 2) ** 2  # tune: choice([rate if rate else 2, -rate])", {"x": "-rate"}, "1 + (-rate) ** 2  # tune: choice([rate if rate else 2, -rate])", "1 + (-rate) ** 2", id="an expression in its parentheses"),
    pytest.param("max(64, rate)  # tune: choice([64, min(uniform(0, 1), rate)])", {"x": "min(uniform(0, 1), rate)", "x.1": 0.5}, "max(min(0.5, rate), rate)  # tune: choice([64, min(uniform(0, 1), rate)])", "max(min(0.5, rate), rate)", id="an option has the values that the distributions in it drew"),
    pytest.param("max(64, rate)  # tune: choice([32, 64])", {"x": "64"}, "max(64, rate)  # tune: choice([32, 64])", "max(64, rate)", id="what stands there already"),
    pytest.param("max(8, rate)  # tune: choice(SIZES)", {"x": 2}, "max(32, rate)  # tune: choice(SIZES)", "max(SIZES[2], rate)", id="a constant of a list"),
    pytest.param("[max(8, i) for i in range(2)]  # tune: choice([8, 9])[i]", {"x[0]": "9", "x[1]": "9"}, "[max(9, i) for i in range(2)]  # tune: choice([8, 9])[i]", "[max(9, i) for i in range(2)]", id="one value for all indices"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "params", "written", "plain"), COMMENTS)
def test_a_value_before_its_comment_becomes_what_the_trial_read(
    line: str, params: dict[str, Any] | None, written: str, plain: str
) -> None:
    if params is None:
        assert "HT118" in findings(body(line))
        return
    text = written_text(body(line), **params)
    assert text == body(written)
    assert compiled(text).digest == compiled(body(line)).digest
    assert plain_text(body(line), **params) == body(plain)


def test_a_value_that_the_trial_did_not_read_stands_as_it_stood() -> None:
    line = "max(2e-1, rate)  # tune: uniform(0, 0.1)"
    assert written_text(body(line), ("x",), x=0.05) == body(line)
    assert plain_text(body(line), ("x",), x=0.05) == body("max(2e-1, rate)")


@pytest.mark.parametrize(
    ("line", "params", "expected"),
    [
        pytest.param(
            "max([1], 'c')  # tune: choice([[uniform(0, 1)], [uniform(0, 2)]])",
            {"x": "[uniform(0, 2)]", "x.1": 0.5},
            "[0.5] would be another option of the comment",
            id="an option whose values another one could have given",
        ),
        pytest.param(
            "[max(8, i) for i in range(2)]  # tune: choice([8, 9])[i]",
            {"x[0]": "9", "x[1]": "8"},
            "it drew x[0]=9, x[1]=8, and a marker has only one default; --plain writes each value",
            id="several values",
        ),
    ],
)
def test_what_no_comment_can_be_for_is_told(line: str, params: dict[str, Any], expected: str) -> None:
    found, text = tuned(body(line), params, plain=False)
    assert text == body(line)
    assert found.notes == (
        f"line 3: the default of x is left unchanged, so the written defaults do not reproduce the trial: {expected}",
    )


def test_an_option_of_a_list_that_is_no_constant_has_no_text() -> None:
    text = body("max(8, rate)  # tune: choice(SIZES)")
    known = analysis(text)
    space = {
        "x": Dimension("x", "choice", {}, options=(Option("8", True), Option("<f>", False)), integral=True)
    }
    found = default_edits(known, TunedValues({"x": 1}, space))
    assert found.edits == ()
    assert found.notes == (
        "line 3: the default of x is left unchanged, so the written defaults do not reproduce the trial: <f> is not a constant, which a comment could be for",
    )
