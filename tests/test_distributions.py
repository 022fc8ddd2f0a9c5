from __future__ import annotations

import inspect

import pytest

from hypertemplate import distributions
from hypertemplate.errors import OutsideTemplateError

TWELVE = [name for name in distributions.__all__ if name != "conditional"]


def test_the_distributions_are_hyperopt_s_twelve() -> None:
    assert sorted(TWELVE) == [
        *("choice", "lognormal", "loguniform", "normal", "pchoice", "qlognormal", "qloguniform", "qnormal"),
        *("quniform", "randint", "uniform", "uniformint"),
    ]


@pytest.mark.parametrize("name", TWELVE)
def test_a_call_outside_a_template_says_what_to_do_instead(name: str) -> None:
    function = getattr(distributions, name)
    given = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    with pytest.raises(OutsideTemplateError) as caught:
        function(*range(len(given)), name="depth")
    said = str(caught.value)
    assert said.startswith(
        f"{name}() was called as ordinary Python, and it draws only inside a marker: put double braces "
        f"around it, as in {{{{{name}("
    )
    assert said.endswith(
        "}}. Markers are read by hypertemplate run FILE, tune() and minimize(); "
        "a notebook's marked cells run as they are after %load_ext hypertemplate"
    )


def test_it_is_a_type_error_as_of_a_set_in_a_set() -> None:
    with pytest.raises(TypeError):
        {distributions.uniform(0, 1)}


def test_wrong_arguments_outside_a_template_are_python_s_own_error() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'high'"):
        distributions.uniform(0)  # type: ignore[call-arg]


@pytest.mark.parametrize("name", TWELVE)
def test_a_distribution_says_what_is_drawn_and_what_its_arguments_are(name: str) -> None:
    function = getattr(distributions, name)
    doc = inspect.getdoc(function) or ""
    for parameter in inspect.signature(function).parameters:
        assert f"\n    {parameter}: " in doc
    assert "\nRaises:\n    OutsideTemplateError: " in doc


@pytest.mark.parametrize("value", [3, "two", None, [1]])
def test_conditional_returns_what_it_is_given(value: object) -> None:
    assert distributions.conditional(value) is value
