from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.diagnostics.diagnostic import Severity
from hypertemplate.compiler.markers.calls import CallReader
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.marker import find_markers
from tests.compiler.support import codes, compiled, findings, run, tree


def read(marker: str, foreign: frozenset[str] = frozenset()) -> tuple[DrawCall | None, list[str]]:
    """The call in a marker's braces and the codes of what is wrong with it."""
    parsed = tree(f"{{{{{marker}}}}}")
    (found,), problems = find_markers(parsed)
    assert problems == []
    reader = CallReader(parsed, foreign)
    draw = reader.read(found.call, found.distribution)
    return draw, [problem.code.name for problem in reader.found]


def bound(marker: str) -> DrawCall:
    """The call in a marker's braces, in which nothing is wrong."""
    draw, problems = read(marker)
    assert problems == []
    assert draw is not None
    return draw


@pytest.mark.parametrize(
    ("marker", "numbers"),
    [
        pytest.param("uniform(0, 1)", "low=0 high=1", id="by position"),
        pytest.param("uniform(high=1, low=0)", "low=0 high=1", id="by keyword, in the signature's order"),
        pytest.param("quniform(0, 1, q=0.5)", "low=0 high=1 q=0.5", id="mixed"),
        pytest.param("normal(mu=0, sigma=SIGMA)", "mu=0 sigma=SIGMA", id="a name"),
        pytest.param("uniform(-x, y * 2)", "low=-x high=y * 2", id="expressions"),
        pytest.param("randint(5)", "low=5", id="a count"),
        pytest.param("randint(5, None)", "low=5", id="a bound of None is none"),
        pytest.param("hp.uniform(0, 1, name='a')", "low=0 high=1", id="a label is no number"),
        pytest.param("qlognormal(0, 1, 2)", "mu=0 sigma=1 q=2", id="a mean, a deviation and a step"),
    ],
)
def test_numbers_are_bound_to_the_signature(marker: str, numbers: str) -> None:
    draw = bound(marker)
    assert " ".join(f"{name}={ast.unparse(node)}" for name, node in draw.numbers) == numbers
    assert (draw.options, draw.listing) == (None, None)


@pytest.mark.parametrize(
    ("marker", "options"),
    [
        pytest.param("choice([1, 'a', None])", ["1", "'a'", "None"], id="a list"),
        pytest.param("choice((1, 2))", ["1", "2"], id="a tuple"),
        pytest.param("choice(options=[x])", ["x"], id="by keyword"),
        pytest.param("pchoice([(0.25, a), [0.75, b]])", ["a", "b"], id="pairs"),
        pytest.param("pchoice(p_options=[(1 / 2, a), (p, b)])", ["a", "b"], id="pairs with a name"),
    ],
)
def test_a_written_list_has_options(marker: str, options: list[str]) -> None:
    draw = bound(marker)
    assert draw.options is not None
    assert [ast.unparse(option.node) for option in draw.options] == options
    assert draw.listing is None


@pytest.mark.parametrize(
    "listing",
    [
        pytest.param("SIZES", id="a name"),
        pytest.param("range(3)", id="a call"),
        pytest.param("[*A, 1]", id="a list with an unpacked one"),
        pytest.param("[x * 2 for x in A]", id="a comprehension"),
        pytest.param("A + B", id="a sum"),
        pytest.param("A if B else C", id="a condition"),
    ],
)
def test_any_other_list_is_made_at_load(listing: str) -> None:
    for name in ("choice", "pchoice"):
        draw = bound(f"{name}({listing})")
        assert draw.listing is not None
        assert (ast.unparse(draw.listing), draw.options) == (listing, None)


@pytest.mark.parametrize(
    ("marker", "name"),
    [
        pytest.param("uniform(0, 1)", None, id="none is given"),
        pytest.param("uniform(0, 1, name=None)", None, id="None is none"),
        pytest.param("uniform(0, 1, name='depth')", "depth", id="a string"),
        pytest.param("choice(name='a b', options=[1])", "a b", id="before the options"),
        pytest.param("uniform(0, 1, name='Größe' '1')", "Größe1", id="two strings that Python joins"),
    ],
)
def test_the_label_of_a_marker(marker: str, name: str | None) -> None:
    assert bound(marker).name == name


@pytest.mark.parametrize(
    ("marker", "code"),
    [
        pytest.param("uniform(0)", "ARGUMENTS", id="one is missing"),
        pytest.param("quniform(q=1)", "ARGUMENTS", id="two are missing"),
        pytest.param("choice()", "ARGUMENTS", id="the list is missing"),
        pytest.param("uniform(0, 1, 2)", "ARGUMENTS", id="one too many"),
        pytest.param("choice(1, 2)", "ARGUMENTS", id="options without a list"),
        pytest.param("uniform(0, 1, high=2)", "ARGUMENTS", id="one twice"),
        pytest.param("uniform(lo=0, high=1)", "ARGUMENTS", id="a slip of a keyword"),
        pytest.param("uniform(*x)", "ARGUMENTS", id="unpacked by position"),
        pytest.param("uniform(**x)", "ARGUMENTS", id="unpacked by keyword"),
        pytest.param("uniform('a', 1)", "ARGUMENTS", id="a string for a number"),
        pytest.param("uniform(True, 2)", "ARGUMENTS", id="a truth value for a number"),
        pytest.param("uniform(0, 1j)", "ARGUMENTS", id="an imaginary number"),
        pytest.param("uniform([0], 1)", "ARGUMENTS", id="a list for a number"),
        pytest.param("uniform(None, 1)", "ARGUMENTS", id="None for a number"),
        pytest.param("uniform(1, 0)", "BOUNDS", id="bounds the wrong way round"),
        pytest.param("randint(3, 3)", "BOUNDS", id="an empty range"),
        pytest.param("choice([])", "OPTIONS", id="no option"),
        pytest.param("pchoice(())", "OPTIONS", id="no pair"),
        pytest.param("choice({1, 2})", "OPTIONS", id="a set, which has no order"),
        pytest.param("choice({'a': 1})", "OPTIONS", id="a dict"),
        pytest.param("choice(x for x in y)", "OPTIONS", id="a generator, which is used up"),
        pytest.param("choice('abc')", "OPTIONS", id="a string"),
        pytest.param("choice(5)", "OPTIONS", id="a number"),
        pytest.param("pchoice([0.5, 0.5])", "PROBABILITIES", id="probabilities without options"),
        pytest.param("pchoice([(0.5, 1, 2)])", "PROBABILITIES", id="a triple"),
        pytest.param("pchoice([(0.5, 1), (0.6, 2)])", "PROBABILITIES", id="a sum above one"),
        pytest.param("pchoice([('a', 1), (0.5, 2)])", "PROBABILITIES", id="a string for a probability"),
        pytest.param("pchoice([(True, 1)])", "PROBABILITIES", id="a truth value for a probability"),
        pytest.param("uniform(0, 1, name=x)", "LABEL", id="a label that is not written out"),
        pytest.param("uniform(0, 1, name='')", "LABEL", id="an empty label"),
        pytest.param("uniform(0, 1, name='a=b')", "LABEL", id="a label with an equals sign"),
        pytest.param("uniform(0, 1, name=' a')", "LABEL", id="a label with a blank at its end"),
        pytest.param("uniform(0, 1, name='a\\nb')", "LABEL", id="a label of two lines"),
        pytest.param("uniform(0, 1, name=3)", "LABEL", id="a number as a label"),
        pytest.param("uniform(0, uniform(1, 2))", "NOT_YET_DEFINED", id="a distribution as a bound"),
        pytest.param(
            "choice([uniform(0, x) for x in y])", "NOT_YET_DEFINED", id="a distribution in a comprehension"
        ),
        pytest.param(
            "pchoice([(uniform(0, 1), 1), (0.5, 2)])", "NOT_YET_DEFINED", id="a distribution as a probability"
        ),
        pytest.param("choice([uniform(1, 0), 2])", "BOUNDS", id="a fault of an inner distribution"),
        pytest.param("choice([[normal(0)], 2])", "ARGUMENTS", id="a fault deeper inside"),
    ],
)
def test_what_is_wrong_with_a_call(marker: str, code: str) -> None:
    assert read(marker) == (None, [code])


@pytest.mark.parametrize("marker", ["uniform(0, None)", "quniform(0, None, 1)", "loguniform(0, high=None)"])
def test_only_randint_takes_none_for_its_upper_bound(marker: str) -> None:
    assert read(marker) == (None, ["ARGUMENTS"])


def test_a_count_with_a_bound_of_none_is_checked() -> None:
    assert read("randint(0, None)") == (None, ["BOUNDS"])


def test_a_name_in_place_of_a_bound_keeps_the_other_from_being_a_count() -> None:
    bound("randint(-3, HIGH)")
    bound("randint(LOW, 3)")
    assert read("uniform(0, HIGH)")[1] == []


def test_a_doubt_does_not_stop_the_call() -> None:
    draw, problems = read("loguniform(1e-5, 1e-1)")
    assert draw is not None
    assert problems == ["LOG_BOUNDS"]


def test_a_doubt_is_a_warning_and_names_the_call() -> None:
    (warned,) = compiled("def model():\n    return {{loguniform(1e-5, 1e-1)}}\n").warnings
    assert (warned.severity, warned.code.name) == (Severity.WARNING, "LOG_BOUNDS")
    assert warned.span is not None
    assert warned.span.start == 26


@pytest.mark.parametrize(
    ("marker", "inner"),
    [
        pytest.param("choice([0, uniform(0, 1)])", ["uniform(0, 1)"], id="as an option"),
        pytest.param(
            "choice([f(2 * normal(0, 1), a=[randint(3)])])",
            ["normal(0, 1)", "randint(3)"],
            id="inside options",
        ),
        pytest.param(
            "choice([hp.uniform(0, 1), ht.distributions.normal(0, 1)])",
            ["hp.uniform(0, 1)", "ht.distributions.normal(0, 1)"],
            id="by a dotted name of ours",
        ),
        pytest.param(
            "choice([np.random.uniform(0, 1), rng.choice([1]), stats.norm(0, 1)])",
            [],
            id="another module's function of that name",
        ),
        pytest.param(
            "pchoice([(0.5, uniform(0, 1)), (0.5, randint(3))])",
            ["uniform(0, 1)", "randint(3)"],
            id="in pairs",
        ),
        pytest.param(
            "choice([choice([1, choice([2, 3])]), 4])",
            ["choice([1, choice([2, 3])])", "choice([2, 3])"],
            id="choices of choices",
        ),
        pytest.param(
            "choice([lambda: uniform(0, 1), [normal(0, x) for x in y] if 0 else 1])",
            ["uniform(0, 1)", "normal(0, x)"],
            id="in lambdas and comprehensions",
        ),
        pytest.param("choice([f'{x}', {'a': uniform(0, 1), **b}])", ["uniform(0, 1)"], id="in a dict"),
        pytest.param("choice([f(uniform)(0, 1), uniform])", [], id="a name that is not called"),
    ],
)
def test_distributions_inside_options(marker: str, inner: list[str]) -> None:
    draws = list(bound(marker).walk())
    assert [ast.unparse(draw.call) for draw in draws[1:]] == inner


def test_a_name_that_the_module_binds_to_something_else_is_an_ordinary_call_inside_options() -> None:
    draw, problems = read("choice([choice([1, 2]), uniform(0, 1)])", frozenset({"choice"}))
    assert draw is not None
    assert problems == []
    assert [one.distribution for one in draw.walk()] == ["choice", "uniform"]


@pytest.mark.parametrize(
    ("line", "inner"),
    [
        pytest.param("from random import uniform", 0, id="imported from elsewhere"),
        pytest.param("def uniform(a, b): return a", 0, id="a function of the file"),
        pytest.param("from hyperas.distributions import uniform", 1, id="imported from Hyperas"),
        pytest.param("from hypertemplate import uniform", 1, id="imported from hypertemplate"),
        pytest.param("from hyperopt.hp import uniform", 1, id="imported from hyperopt"),
        pytest.param("import random", 1, id="not bound at all"),
    ],
)
def test_what_a_bare_name_inside_an_option_means(line: str, inner: int) -> None:
    program = compiled(f"{line}\ndef model():\n    return {{{{choice([uniform(0, 1), 2])}}}}\n")
    assert len(program.space.parameters) == 1 + inner


@pytest.mark.parametrize(
    ("line", "call"),
    [
        pytest.param("import hypertemplate as ht", "ht.uniform(0, 1)", id="the package under another name"),
        pytest.param(
            "from hypertemplate import distributions as d",
            "d.uniform(0, 1)",
            id="our module under another name",
        ),
        pytest.param(
            "import hyperas.distributions as d", "d.uniform(0, 1)", id="Hyperas's module under another name"
        ),
    ],
)
def test_an_import_alias_of_ours_inside_an_option(line: str, call: str) -> None:
    program = compiled(f"{line}\ndef model():\n    return {{{{choice([{call}, 2])}}}}\n")
    assert [parameter.distribution for parameter in program.space.parameters] == ["choice", "uniform"]


def test_a_distribution_inside_an_f_string_is_an_error() -> None:
    assert codes("def model():\n    return {{choice([f'{uniform(0, 1)}', 2])}}\n") == ["MARKER_IN_FSTRING"]


def test_several_faults_are_reported_together() -> None:
    text = "def model():\n    return {{choise([1])}}, {{uniform(1, 0)}}, {{choice([normal(0, -1), randint(0)])}}\n"
    assert codes(text) == ["UNKNOWN_DISTRIBUTION", "BOUNDS", "BOUNDS", "BOUNDS"]


@pytest.mark.parametrize(
    ("marker", "help"),
    [
        pytest.param("{{uniform(0, 1) * 2}}", "put the rest outside: {{uniform(0, 1)}} * 2", id="arithmetic"),
        pytest.param(
            "{{int(quniform(1, 5, 1))}}",
            "put the rest outside: int({{quniform(1, 5, 1)}})",
            id="a conversion",
        ),
        pytest.param(
            "{{'relu', choice(['elu'])}}",
            "for one of these values write {{choice(['relu', choice(['elu'])])}}",
            id="a value beside a call",
        ),
        pytest.param(
            "{{pchoice([])}}", "write, for example, pchoice([(0.8, 'relu'), (0.2, 'elu')])", id="no pair"
        ),
        pytest.param("{{choice({1, 2})}}", "write choice([1, 2])", id="a set"),
    ],
)
def test_a_help_that_can_be_pasted(marker: str, help: str) -> None:
    text = f"from hyperas.distributions import quniform\ndef model():\n    return {marker}\n"
    assert findings(text).endswith(f"\n      = help: {help}")


def test_three_arguments_are_listed_as_in_a_sentence() -> None:
    assert "quniform() takes low, high and q, got 4 arguments" in findings(
        "def model():\n    return {{quniform(0, 1, 2, 3)}}\n"
    )


@pytest.mark.parametrize(
    "origin", ["hyperas.distributions", "hyperopt.hp", "hypertemplate", "hypertemplate.distributions"]
)
def test_a_distribution_under_another_name(origin: str) -> None:
    if origin == "hyperopt.hp":
        pytest.importorskip("hyperopt")
    text = (
        f"from {origin} import choice as pick, uniform as u\n"
        "def model():\n    a = {{pick([0, u(0, 1)])}}\n    return [{{u(2, 3)[i]}} for i in range(1)], a\n"
    )
    parameters = compiled(text).space.parameters
    assert [(p.label, p.distribution) for p in parameters] == [
        ("a", "choice"),
        ("a.1", "uniform"),
        ("uniform[0]", "uniform"),
    ]
    assert run(text, **{"a": 1, "a.1": 0.5, "uniform[0]": 2.5}) == ([2.5], 0.5)


def test_a_name_that_is_no_distribution_s_stays_what_it_is() -> None:
    assert codes("from random import uniform as u\ndef model():\n    return {{u(0, 1)}}\n") == [
        "UNKNOWN_DISTRIBUTION"
    ]
