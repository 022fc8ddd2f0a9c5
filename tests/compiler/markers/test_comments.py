"""Markers in comments: which text counts, which value is meant, and what is wrong with others."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.diagnostics.edit import edited
from hypertemplate.compiler.program import Program
from tests.compiler.support import codes, compiled, diagnostics, findings

HEAD = (
    "def Dense(*a, **k): return a\nDropout = Conv2D = Adam = SGD = l2 = add = Dense\nx = relu = elu = 0\n"
    "SIZES = [16, 32, 64]\n"
)


def program(body: str) -> Program:
    """The program of a model with these lines."""
    lines = "\n    ".join(body.split("\n"))
    return compiled(f"{HEAD}def model():\n    {lines}\n    return 0\n")


def found(body: str) -> str:
    """The findings on a model with these lines, without the lines that are shown."""
    lines = "\n    ".join(body.split("\n"))
    text = findings(f"{HEAD}def model():\n    {lines}\n    return 0\n")
    kept = (line.strip() for line in text.splitlines() if " | " not in line)
    return "\n".join(kept)


def parameters(body: str) -> list[tuple[str, str]]:
    """Each parameter's label and default, as text."""
    shown = []
    for one in program(body).space.parameters:
        default = one.default.text if one.default is not None else ""
        if one.options is not None and one.default_option is not None:
            default = one.options[one.default_option].text
        shown.append((one.label, default))
    return shown


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("Dropout(0.2)  # tune: uniform(0, 0.5)", [("Dropout", "0.2")], id="the only number"),
        pytest.param("rate = 0.2 # TUNE : uniform(0, 0.5)", [("rate", "0.2")], id="in capitals, with spaces"),
        pytest.param("y = -2  # tune: randint(-5, 5)", [("y", "-2")], id="a signed number is one literal"),
        pytest.param("y = x - 2  # tune: randint(0, 5)", [("y", "2")], id="a minus between operands is none"),
        pytest.param("y = - -2  # tune: randint(0, 5)", [("y", "- -2")], id="two signs"),
        pytest.param(
            "y = add(f'{x + 1}', 3)  # tune: randint(0, 5)", [("add", "3")], id="f-strings never count"
        ),
        pytest.param("y = SIZES[0] * 3  # tune: randint(0, 5)", [("y", "3")], id="subscripts never count"),
        pytest.param(
            "SIZES[0] = 3  # tune: randint(0, 5)", [("randint", "3")], id="nor does that of a target"
        ),
        pytest.param("y = True + 3  # tune: randint(0, 5)", [("y", "3")], id="True is no number"),
        pytest.param("y: SIZES[3] = 2  # tune: randint(0, 5)", [("y", "2")], id="annotations never count"),
        pytest.param("'3'  # a text\ny = 2  # tune: randint(0, 5)", [("y", "2")], id="beside other comments"),
        pytest.param(
            "y = add(1,\n  2)  # tune: randint(0, 5)",
            [("add", "2")],
            id="of the line alone, not of its statement",
        ),
        pytest.param(
            "y = Dense(64, activation='relu')  # tune: choice(['relu', 'elu'])",
            [("activation", "'relu'")],
            id="the only expression that is an option",
        ),
        pytest.param(
            "y = add(64.0, 64)  # tune: choice([32, 64])", [("add", "64")], id="an option has its type"
        ),
        pytest.param("y = add(1, True)  # tune: choice([0, 1])", [("add", "1")], id="True is not 1"),
        pytest.param(
            "y = (3, 3)  # tune: choice([(3, 3), (5, 5)])", [("y", "(3, 3)")], id="a tuple is an option"
        ),
        pytest.param(
            "y = (3, 'x')  # tune: choice(['x', (3, 'x')])",
            [("y", "(3, 'x')")],
            id="what is around another option",
        ),
        pytest.param("y = relu  # tune: choice([relu, elu])", [("y", "relu")], id="a name is an option"),
        pytest.param(
            "y = relu  # tune: pchoice([(0.5, elu), (0.5, relu)])", [("y", "relu")], id="one with a weight"
        ),
        pytest.param(
            "y = Adam(0.001)  # tune: choice([SGD(1e-2), Adam(1e-3)])",
            [("y", "Adam(1e-3)")],
            id="an object by its source",
        ),
        pytest.param("y = Adam(1)  # tune: choice([Adam, SGD])", [("y", "Adam")], id="what is called"),
        pytest.param("y = 2 ** 5  # tune: choice([16, 32])", [("y", "32")], id="arithmetic on numbers"),
        pytest.param(
            "y = Adam(\n    1e-3,\n)  # tune: choice([Adam(1e-3), SGD(1e-2)])",
            [("y", "Adam(1e-3)")],
            id="an object whose closing bracket alone is on the line",
        ),
        pytest.param(
            "y = Adam(1e-3,\n    decay=0)  # tune: choice([Adam(1e-3, decay=0), SGD(1e-2)])",
            [("y", "Adam(1e-3, decay=0)")],
            id="an object that ends on the line",
        ),
        pytest.param(
            "add(\n    Dropout(0.2)\n)  # tune: uniform(0, 0.5)",
            [("Dropout", "0.2")],
            id="in the brackets that close on a line without other code",
        ),
        pytest.param(
            "y = 3 * add(\n    [\n        0.2,\n    ],\n)  # tune: uniform(0, 0.5)",
            [("add", "0.2")],
            id="in these brackets alone",
        ),
        pytest.param(
            "def inner(\n    rate=0.2,\n):  # tune: uniform(0, 0.5)\n    return rate\ninner()",
            [("rate", "0.2")],
            id="in those of a definition",
        ),
        pytest.param(
            "Dense(64, dropout=0.2)  # tune dropout: uniform(0, 0.5)",
            [("dropout", "0.2")],
            id="of two, that with the name",
        ),
        pytest.param(
            "Dense(64, dropout=0.2)  # tune dropout: uniform(0, 0.5); Dense: uniformint(16, 256)",
            [("Dense", "64"), ("dropout", "0.2")],
            id="several calls in one comment",
        ),
        pytest.param(
            "Dense(64, dropout=0.2)  # tune dropout: uniform(0, 0.5); tune Dense: uniformint(16, 256);",
            [("Dense", "64"), ("dropout", "0.2")],
            id="each with its own tune, and a last semicolon",
        ),
        pytest.param(
            "Dense(64, dropout=0.2)  # tune dropout: uniform(0, 0.5)  # tune Dense: uniformint(16, 256)",
            [("Dense", "64"), ("dropout", "0.2")],
            id="two comments in one",
        ),
        pytest.param(
            "Dense(64, dropout=0.2)  # tune: dropout: uniform(0, 0.5)",
            [("dropout", "0.2")],
            id="a name after the colon",
        ),
        pytest.param(
            "Dense(64, 'relu', l2(0.01))  # tune l2: loguniform(-9, -1)", [("l2", "0.01")], id="by a callee"
        ),
        pytest.param(
            "Dense(64, reg=l2(0.01))  # tune reg: loguniform(-9, -1)",
            [("l2", "0.01")],
            id="by the name around its own",
        ),
        pytest.param(
            "Dense(64, dropout=Dropout(0.2))  # tune units: choice([32, 64]); rate: uniform(0, 1)",
            [("Dense", "64"), ("Dropout", "0.2")],
            id="by the names of the layers' first parameters",
        ),
        pytest.param(
            "def net(units, rate):\n    return 1\ny = net(64, 0.2)  # tune units: choice([32, 64]); rate: uniform(0, 1)",
            [("units", "64"), ("rate", "0.2")],
            id="by the parameters of one's own function",
        ),
        pytest.param(
            "class Net:\n    def __init__(self, units):\n        pass\n    def fit(self, n, epochs):\n        pass\n"
            "y = Net(64).fit(1, 5)  # tune units: choice([32, 64]); epochs: randint(1, 9)",
            [("units", "64"), ("fit", "5")],
            id="by those of one's own class and its method, whose arguments have its label",
        ),
        pytest.param(
            "def net(units):\n    return 1\ny = net(64)  # tune net: choice([32, 64])",
            [("units", "64")],
            id="by the function, as its label once was",
        ),
        pytest.param(
            "y = Adam(1e-3)  # tune y: choice([Adam, SGD]); learning_rate: uniform(0, 1)",
            [("y", "Adam"), ("learning_rate", "1e-3")],
            id="by a parameter of a callee that is marked too",
        ),
        pytest.param(
            "a, b = 0.1, 0.2  # tune b: uniform(0, 1)",
            [("b", "0.2")],
            id="by the name that it is assigned to",
        ),
        pytest.param("a = 1; b = 0.2  # tune b: uniform(0, 1)", [("b", "0.2")], id="of two statements"),
        pytest.param(
            "y = {'max depth': 3, 'n': 4}  # tune max depth: randint(1, 9)",
            [("max depth", "3")],
            id="by a key of several words",
        ),
        pytest.param("y = 32  # tune: choice(SIZES)", [("y", "32")], id="the only literal, for a list"),
        pytest.param(
            "y = add(n=32, k=16)  # tune k: choice(SIZES)", [("k", "16")], id="the named one, for a list"
        ),
        pytest.param("y = 0.2  # noqa  # tune: uniform(0, 1)  # was 0.3", [("y", "0.2")], id="among others"),
        pytest.param("y = 0.2  # tune: hp.uniform(0, 1)", [("y", "0.2")], id="by its whole name"),
        pytest.param(
            "y = 0.2  # tune: uniform(0, 1, name='rate # 1')", [("rate # 1", "0.2")], id="with a label"
        ),
        pytest.param(
            "y = 0.2  # größe # tune: uniform(0, 1)", [("y", "0.2")], id="behind letters of several bytes"
        ),
    ],
)
def test_the_value_that_stands_there(body: str, expected: list[tuple[str, str]]) -> None:
    assert parameters(body) == expected


@pytest.mark.parametrize(
    "comment",
    [
        "# tune: this later",
        "# tune the rate",
        "# tune: see normalize(x)",
        "# tune: range(3) of them",
        "# tune: {{later}}",
        "# tune # uniform(0, 1)",
        "# tune: normal 3x3 convolutions",
        "# tune: choice 1 or 2",
        "# tune: [16]",
        "# tune: [a, b]",
        "# tune: f(x) and g(x)",
        "# drawn: uniform(0, 1)",
        "# time: uniform(0, 1)",
        "# uniform(0, 1)",
    ],
)
def test_prose_is_left_alone(comment: str) -> None:
    assert codes(f"rate = 0.2  {comment}\ndef model():\n    return rate\n") == ["NO_MARKERS"]


@pytest.mark.parametrize(
    ("comment", "help"),
    [
        pytest.param("tuned: uniform(0, 1)", "write # tune: uniform(0, 1)", id="another form of the word"),
        pytest.param("tun: uniform(0, 1)", "write # tune: uniform(0, 1)", id="a misspelled word"),
        pytest.param("tune - uniform(0, 1)", "write # tune: uniform(0, 1)", id="other punctuation"),
        pytest.param("tune\uff1auniform(0, 1)", "write # tune: uniform(0, 1)", id="a full-width colon"),
        pytest.param("tune: uniform\uff080, 1)", "write # tune: uniform(0, 1)", id="such a bracket"),
        pytest.param("to tune: hp.uniform(0, 1)", "write # tune: hp.uniform(0, 1)", id="a word before"),
        pytest.param(
            "tune: with uniform(0, 1), maybe", "write # tune with: uniform(0, 1)", id="a word behind"
        ),
        pytest.param(
            "tune rate uniform(0, 1)", "write # tune rate: uniform(0, 1)", id="a name without colon"
        ),
        pytest.param(
            "tune(rate): uniform(0, 1)", "write # tune rate: uniform(0, 1)", id="a name in brackets"
        ),
        pytest.param("tune: 'uniform(0, 1)'", "write # tune: uniform(0, 1)", id="a text"),
        pytest.param("tune: uniform{0, 1}", "write # tune: uniform(0, 1)", id="other brackets"),
        pytest.param("tune: uniform 0, 1)", "write # tune: uniform(0, 1)", id="no opening bracket"),
        pytest.param("tune: uniform", "write # tune: uniform(0, 1)", id="no arguments"),
        pytest.param(
            "tune: unif(0, 1)", "write # tune: uniform(0, 1), or another distribution", id="another function"
        ),
        pytest.param(
            "tune: trial.f(0, 1)", "write # tune: uniform(0, 1), or another distribution", id="a method"
        ),
        pytest.param("tune y: [0.1, 0.2]", "write # tune y: choice([0.1, 0.2])", id="a list"),
        pytest.param("tune: 1, -2, 3", "write # tune: choice([1, -2, 3])", id="several values"),
        pytest.param(
            "tune: (0.1, 0.5)",
            "write # tune: choice([0.1, 0.5]) or uniform(0.1, 0.5)",
            id="a pair of numbers",
        ),
        pytest.param("tune: 0.1..0.5", "write # tune: uniform(0.1, 0.5)", id="a range"),
    ],
)
def test_a_comment_that_may_be_meant_as_a_marker(comment: str, help: str) -> None:
    text = f"x = {{{{uniform(0, 1)}}}}\ny = 0.2  # {comment}"
    first, second, *more = found(text).splitlines()
    assert first.endswith(": warning HT118: this comment marks no value")
    assert (second, more) == (f"= help: {help}", [])


@pytest.mark.parametrize(
    ("comment", "fixed"),
    [
        ("tuned: uniform(0, 1)", "tune: uniform(0, 1)"),
        ("tune = uniform(0, 1)", "tune: uniform(0, 1)"),
        ("tune: u(0, 1)", "tune: uniform(0, 1)"),
        ("tune: 'uniform(0, 1)'", ""),
        ("to tune: uniform(0, 1)", ""),
        ("tune: uniform(0, 1, default=0.2)", "tune: uniform(0, 1)"),
        ("tune: uniform(default=0.20, low=0, high=1)", "tune: uniform(low=0, high=1)"),
        ("tune: choice(SIZES, default=0.2)", "tune: choice(SIZES)"),
        ("tune: uniform(0, 1), y: uniform(0, 2)", "tune: uniform(0, 1); y: uniform(0, 2)"),
    ],
)
def test_what_is_surely_meant_is_mended(comment: str, fixed: str) -> None:
    text = f"from hyperas.distributions import uniform as u\nSIZES = [0.2, 1]\ny = 0.2  # {comment}\n"
    (one,) = [d for d in diagnostics(text) if d.code.value == "HT118"]
    after = edited(text, one.edits) if one.edits else ""
    assert after == (text.replace(comment, fixed) if fixed else "")


def test_the_default_that_a_comment_states_is_the_value_in_the_code() -> None:
    assert parameters("y = 0.2  # tune: uniform(0, 0.5, default=0.2)") == [("y", "0.2")]
    assert parameters("y = Adam(1)  # tune: choice([SGD(1), Adam(1)], default=Adam( 1 ))") == [
        ("y", "Adam(1)")
    ]


def test_disabled_code_is_left_alone() -> None:
    body = "# y = 0.2  # tune: uniform(0, 1)\ny = 3  # tune: randint(1, 5)"
    assert parameters(body) == [("y", "3")]


@pytest.mark.parametrize(
    ("body", "message", "help"),
    [
        pytest.param(
            "Dense(64, dropout=0.2)  # tune: uniform(0, 0.5)",
            "this comment may be for 64 or 0.2",
            "write # tune Dense: for 64 or # tune dropout: for 0.2",
            id="two numbers",
        ),
        pytest.param(
            "add(1, 2)  # tune: uniform(0, 0.5)",
            "this comment may be for 1 or 2",
            "put the value that it is for on a line of its own",
            id="two numbers of one name",
        ),
        pytest.param(
            "y = x  # tune: uniform(0, 0.5)",
            "no number in y = x",
            "put the comment at the end of the line with the number",
            id="no number",
        ),
        pytest.param(
            "Dense(48, 'relu')  # tune: choice([32, 64])",
            "no option of this choice in Dense(48, 'relu')",
            "the value that stands there must be one of the options",
            id="no option",
        ),
        pytest.param(
            "Dense(48)  # tune: choice([32, 64])",
            "no option of this choice in Dense(48)",
            "add it to the options: choice([32, 64, 48])",
            id="no option, of a value that may be meant",
        ),
        pytest.param(
            "Dense(64, dropout=0.2)  # tune rate: uniform(0, 0.5)",
            "no number in Dense(64, dropout=0.2) is named 'rate'",
            "write # tune Dense or dropout:",
            id="no number of that name",
        ),
        pytest.param(
            "# tune: uniform(0, 0.5)",
            "no code stands on the line of this comment",
            "put it at the end of the line with the value that it is for",
            id="no code",
        ),
        pytest.param(
            "y = 0.2  # tune: uniform(0, 0.5, default=0.3)",
            "0.2 stands there, and is the default",
            "delete default=0.3, or write 0.3 there",
            id="another default",
        ),
        pytest.param(
            "y = 0.2  # tune: uniform(0, 0.5), uniform(0, 1)",
            "two calls in a comment are separated by ;",
            "write ; between them",
            id="a comma between two calls",
        ),
        pytest.param(
            "y = Dense(n=3, m=0.2)  # tune n: randint(5) and m: uniform(0, 1)",
            "two calls in a comment are separated by ;",
            "write ; between them",
            id="a word between two calls",
        ),
        pytest.param(
            "y = {{uniform(0, 1)}}  # tune: uniform(0, 0.5)",
            "y = {{uniform(0, 1)}} has a marker in braces, and a value has one marker",
            "remove the braces or the comment",
            id="braces and a comment",
        ),
        pytest.param(
            "y = 0.2  # tune: uniform(0, 0.5); y: uniform(0, 1)",
            "two comments are for 0.2, and a value has one marker",
            "remove one of them",
            id="two comments for one value",
        ),
        pytest.param(
            "y = Adam(1e-3)  # tune: choice([Adam(1e-3), SGD(1)]); uniform(0, 1)",
            "two comments are for Adam(1e-3), and a value has one marker",
            "remove one of them",
            id="a comment for a part of another one's value",
        ),
        pytest.param(
            "y = 0.2  # tune: uniform(0, 0.5) or so",
            "behind a call, only ; and another call may follow, or # and other text",
            "put # before the rest",
            id="text behind a call",
        ),
        pytest.param(
            "y = 0.2  # tune: uniform(0, 0.5",
            "the call in this comment is never closed: a comment is a single line",
            "close it with ) on the same line",
            id="a call that is not closed",
        ),
        pytest.param(
            "y = 0.2  # tune: uniforn(0, 0.5)",
            "unknown distribution 'uniforn'",
            "did you mean uniform?",
            id="a misspelled distribution",
        ),
        pytest.param(
            "y = 0.2  # tune: choice[1, 2]",
            "choice needs its arguments in parentheses, got choice[...]",
            "write choice([1, 2])",
            id="square brackets",
        ),
        pytest.param(
            "y = 0.2  # tune: {{uniform(0, 0.5)}}",
            "in a comment a marker has no braces",
            "leave them out",
            id="braces in a comment",
        ),
        pytest.param(
            "y = 0.2  # tune uniform(0, 0.5)",
            "tune needs a colon",
            "write # tune: and the call",
            id="no colon",
        ),
        pytest.param(
            "y = 0.2  # tune: y=uniform(0, 0.5)",
            "the name of an argument stands before the colon",
            "write # tune y: and the call",
            id="a name as of a keyword",
        ),
        pytest.param(
            "y = 0.2  # tune: uniform 0, 0.5",
            "uniform needs its arguments in parentheses",
            "write, for example, # tune: uniform(0, 1)",
            id="no parentheses",
        ),
    ],
)
def test_a_comment_that_marks_no_value(body: str, message: str, help: str) -> None:
    first, second, *more = found(body).splitlines()
    assert (first.partition(": error ")[2].partition(": ")[2], second) == (message, f"= help: {help}")
    assert more == []


@pytest.mark.parametrize("call", ["uniform(0, 0 5)", "choice([1, 'a)", "choice([1, 2)]", "choice([1, 2])(3)"])
def test_a_call_that_does_not_parse_is_an_error(call: str) -> None:
    assert found(f"y = 1  # tune: {call}").startswith("model.py:6:")
    assert codes(f"y = 1  # tune: {call}\n") == ["COMMENT"]


def test_a_call_has_one_index() -> None:
    body = "for i in range(2):\n    y = 'a'  # tune: choice(['a', 'b'])[i][0]"
    assert "behind a call, only ; and another call may follow" in found(body)


def test_comments_below_the_files_own_search_do_not_count() -> None:
    text = (
        "from hyperas import optim\nfrom hyperopt import tpe\ndef model():\n    return 0.2  # tune: uniform(0, 1)\n"
        "optim.minimize(model=model, algo=tpe.suggest)\ny = 1, 2  # tune: uniform(0, 5)\n"
        "z = 2  # tune: uniform(0, 5)\n"
    )
    assert codes(text) == ["UNREACHED_MARKER"]


def test_a_comment_has_a_code_of_its_own() -> None:
    assert codes("y = {{uniform(0, 1)}}  # tune: uniform(0, 1)\n") == ["COMMENT"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "y = Adam(1e-3, beta=5)  # tune: choice([SGD(1), Adam(uniform(0, 1), beta=choice([3, 5]))])",
            [
                ("y", "Adam(uniform(0, 1), beta=choice([3, 5]))"),
                ("y.learning_rate", "1e-3"),
                ("y.beta", "5"),
            ],
            id="an object with what its distributions draw",
        ),
        pytest.param(
            "y = 0.3  # tune: choice([0, uniform(0.1, 0.5)])",
            [("y", "uniform(0.1, 0.5)"), ("y.1", "0.3")],
            id="a number that an inner distribution draws",
        ),
        pytest.param(
            "y = 0  # tune: choice([uniform(0, 0.5), 0])",
            [("y", "0"), ("y.0", "")],
            id="an option that is the value comes first",
        ),
        pytest.param(
            "y = [1, {'a': 2}]  # tune: choice([[1, {'b': randint(3)}], [1, {'a': randint(3)}], [randint(3)]])",
            [("y", "[1, {'a': randint(3)}]"), ("y.b", ""), ("y.a", "2"), ("y.2", "")],
            id="in a list, by its form",
        ),
        pytest.param(
            "y = (x < 2)  # tune: choice([x > randint(3), x < randint(3)])",
            [("y", "x < randint(3)"), ("y.0", ""), ("y.1", "2")],
            id="in an operation, by its operator",
        ),
        pytest.param(
            "y = Dense(n=relu)  # tune: choice([Dense(n=choice(SIZES)), Dense(n=1)])",
            [("y", "Dense(n=choice(SIZES))"), ("y.n", "relu")],
            id="of a list that a run makes, anything",
        ),
        pytest.param(
            "y = [2, 'a']  # tune: choice([[randint(3), pchoice([(0.5, 'a'), (0.5, 'b')])], 0])",
            [("y", "[randint(3), pchoice([(0.5, 'a'), (0.5, 'b')])]"), ("y.0", "2"), ("y.0_1", "'a'")],
            id="a choice with weights inside",
        ),
    ],
)
def test_a_value_with_what_the_distributions_of_its_option_draw(
    body: str, expected: list[tuple[str, str]]
) -> None:
    assert parameters(body) == expected


def test_a_value_that_no_distribution_of_an_option_draws_is_none() -> None:
    body = "y = ['c', 1]  # tune: choice([[choice(['a', 'b']), 1], [randint(3)], [randint(3), 1, 1]])"
    assert found(body).partition(" HT118: ")[2].splitlines()[0] == "no option of this choice in y = ['c', 1]"


def test_a_default_in_braces_may_be_what_an_option_with_distributions_gives() -> None:
    braces = "y = {{choice([SGD(1), Adam(uniform(0, 1))], default=Adam(0.5))}}"
    assert parameters(braces) == [("y", "Adam(uniform(0, 1))"), ("y.learning_rate", "0.5")]


@pytest.mark.parametrize(
    ("body", "message", "help"),
    [
        pytest.param(
            "y = 0.7  # tune: uniform(0, 0.5)",
            "uniform() draws from 0 to 0.5, and the value in the code is 0.7: it is not the default",
            "write uniform(0, 0.7), or a value within the range",
            id="above the range",
        ),
        pytest.param(
            "y = 7  # tune: randint(0, 5)",
            "randint() draws from 0 to 4, and the value in the code is 7: it is not the default",
            "write randint(0, 8)",
            id="above whole numbers",
        ),
        pytest.param(
            "y = 0.5  # tune: randint(0, 5)",
            "randint() draws whole numbers, and the value in the code is 0.5: it is not the default",
            "write 0 or 1",
            id="a fraction",
        ),
        pytest.param(
            "y = 0  # tune: uniform(1, 5, log=True)",
            "uniform() draws from 1 to 5, and the value in the code is 0: it is not the default",
            "write a value above 0",
            id="no logarithm",
        ),
        pytest.param(
            "TOP = 0.5\n    y = 0.7  # tune: uniform(0, TOP)",
            "uniform() draws from 0 to 0.5, and the value in the code is 0.7: it is not the default",
            "write uniform(0, 0.7), or a value within the range",
            id="above a bound that a name gives",
        ),
        pytest.param(
            "y = Adam(7)  # tune: choice([Adam(uniform(0, 1)), SGD(1)])",
            "uniform() draws from 0 to 1, and the value in the code is 7: it is not the default",
            "write uniform(0, 7), or a value within the range",
            id="above a range in an option",
        ),
    ],
)
def test_a_value_out_of_its_range_is_no_default(body: str, message: str, help: str) -> None:
    first, second = found(body.replace("\n    ", "\n")).splitlines()
    assert (first.partition(": warning HT117: ")[2], second) == (message, f"= help: {help}")


def test_a_comment_with_an_index_draws_for_each_iteration() -> None:
    body = "for i in range(2):\n    y = Dense(64)  # tune: choice([32, 64])[i]"
    assert parameters(body) == [("Dense[0]", "64"), ("Dense[1]", "64")]


@pytest.mark.parametrize(
    ("body", "help"),
    [
        pytest.param(
            "for i in range(900):\n    y = 64  # tune: choice([32, 64])[i]",
            "share each value among several: # tune: choice([32, 64])[i % 16:16]",
            id="too many",
        ),
        pytest.param(
            "for i in range(x):\n    y = 64  # tune: choice([32, 64])[i]",
            "say at most how many: # tune: choice([32, 64])[i:8]",
            id="a number that only a run knows",
        ),
        pytest.param(
            "y = 64  # tune: choice([32, 64])[0]", "write # tune: choice([32, 64])", id="an index of a number"
        ),
        pytest.param(
            "y = 'a'  # tune: choice(['a', 'b'])[0]",
            "for an item of the drawn value, write the index outside: 'a'[0]",
            id="an index of a text",
        ),
        pytest.param(
            "y = Dense(\n    'a'\n)  # tune: choice([Dense('a'), 'b'])[0]",
            "for an item of the drawn value, write the index outside: Dense('a')[0]",
            id="an index of an object on several lines",
        ),
        pytest.param(
            "for i in x:\n    y = 64[i]  # tune: choice([32, 64])",
            "for one value for each i write # tune: choice([32, 64])[i]",
            id="an item of a number",
        ),
    ],
)
def test_what_is_wrong_with_an_index_is_said_in_this_spelling(body: str, help: str) -> None:
    assert f"= help: {help}" in found(body)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "y = 0.2  # {{uniform(0, 1)}}", ["to search the value write # tune: uniform(0, 1)"], id="once"
        ),
        pytest.param(
            "y = 0.2  # <<hp.choice([1, 2])>> or so",
            ["to search the value write # tune: hp.choice([1, 2])"],
            id="the other spelling",
        ),
        pytest.param("# {{uniform(0, 1)}}", [], id="where no value stands"),
        pytest.param("# y = 0.2  # {{uniform(0, 1)}}", [], id="on disabled code"),
        pytest.param("y = 0.2  # not {{uniform(0, 1)}}", [], id="behind other text"),
        pytest.param("y = {{uniform(0, 1)}}  # {{uniform(0, 2)}}", [], id="after a marker"),
        pytest.param("y = x1  # {{uniform(0, 2)}}", [], id="after code without a value"),
        pytest.param("y = '# {{uniform(0, 1)}}'", [], id="in a text"),
    ],
)
def test_a_marker_in_braces_in_a_comment_is_told_once(line: str, expected: list[str]) -> None:
    shown = findings(f"{HEAD}def model():\n    y = {{{{uniform(0, 1)}}}}\n    {line}\n    {line}\n")
    assert [
        one.partition("= help: ")[2] for one in shown.splitlines() if "= help: to search" in one
    ] == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("rate = 0.2  # tune: unifrom(0, 1)\nloss = rate\n", id="a script"),
        pytest.param("rate = 0.2  # tune: unifrom(0, 1)", id="its last line"),
        pytest.param("def model():\n    return 0.2  # tune: unifrom(0, 1)\n", id="the end of a function"),
        pytest.param(
            "def f():\n    return 0.2  # tune: unifrom(0, 1)\nloss = f()\n", id="a function of a script"
        ),
    ],
)
def test_a_mistake_in_a_comment_is_the_only_finding(text: str) -> None:
    assert codes(text) == ["UNKNOWN_DISTRIBUTION"]
