"""Advice of diagnostics, followed: what a help says to write ends the finding, and adds no error.

What ends one may show the next that it hid, as an argument is checked once it has the right name; so the
errors are counted.

For each template of ``tests/cases/errors`` the edits of its findings are made, and the options that they
name are given. Where that is not all, a file ``NAME.fixed.py`` beside it is the template as a person would
leave it who followed the rest; it must have no finding left, and hold what the helps spelled.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, Severity
from hypertemplate.compiler.diagnostics.edit import compatible, edited
from hypertemplate.compiler.stages import compile_source
from hypertemplate.errors import CompileError
from tests.compiler.support import source
from tests.compiler.test_golden import ERRORS, OUTPUT

_OPTION = re.compile(r"--(model|data) (\w+)")
_SPELLED = re.compile(
    r"""\(?\{\{.+?\}\}\)?(?:\[[^\]]*\])?          # a marker, and an item of what it draws
    | for\ .+?\ in\ enumerate\(.*?\)+             # the head of a loop
    | (?<![\w.{])\w+\((?:[^()]|\([^()]*\))+\)     # a call with arguments
    | (?<=:\ )return\ [\w, ]+ | from\ \w+\ import\ \w+ | trial\.folder\ /\ "[^"]*" | name='\w+'
    """,
    re.VERBOSE,
)
"""Code in a help."""

_TO_FILL_IN = re.compile(
    r"\.\.\.|\bargs\b|\bpath\b|\ba, b\b|\b(?:HIGH|LOW|MU|OTHER|PATH|Q|SHAPE|SIGMA|SIZE)\b"
)
"""What a person replaces in it."""


def found(text: str, model: str | None = None, data: str | None = None) -> tuple[Diagnostic, ...]:
    """Every finding about a template."""
    try:
        return compile_source(source(text), model=model, data=data).warnings
    except CompileError as error:
        return error.diagnostics


def errors(diagnostics: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    return [d for d in diagnostics if d.severity is Severity.ERROR]


def same(one: Diagnostic, diagnostics: tuple[Diagnostic, ...]) -> int:
    """How many findings have this code and message."""
    return [(d.code, d.message) for d in diagnostics].count((one.code, one.message))


def template(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition(OUTPUT)[0].rstrip("\n") + "\n"


def options(diagnostics: tuple[Diagnostic, ...]) -> dict[str, str]:
    """The options that helps name, the first of each."""
    named = [(m[1], m[2]) for d in diagnostics for m in _OPTION.finditer(d.help)]
    return dict(reversed(named))


def followed(text: str) -> tuple[str, dict[str, str]]:
    """A template with all edits made, and the options that its findings name."""
    given: dict[str, str] = {}
    for _ in range(20):
        diagnostics = found(text, **given)
        given = options(diagnostics) | given
        edits = compatible(d.edits for d in diagnostics if d.edits)
        if not edits and options(diagnostics).keys() <= given.keys():
            break
        text = edited(text, edits)
    return text, given


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_each_edit_ends_its_finding_and_adds_no_error(path: Path) -> None:
    text = template(path)
    before = found(text)
    for diagnostic in before:
        if diagnostic.edits:
            after = found(edited(text, compatible([diagnostic.edits])))
            assert same(diagnostic, after) < same(diagnostic, before)
            assert len(errors(after)) <= len(errors(before)), diagnostic.help


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_each_option_ends_its_finding_and_adds_no_error(path: Path) -> None:
    text = template(path)
    before = found(text)
    for diagnostic in before:
        for option, name in _OPTION.findall(diagnostic.help):
            after = found(text, **{option: name})
            assert same(diagnostic, after) == 0
            assert len(errors(after)) <= len(errors(before)), diagnostic.help


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_a_template_whose_advice_is_followed_has_no_finding_left(path: Path) -> None:
    text, given = followed(template(path))
    rest = found(text, **given)
    by_hand = path.with_suffix(".fixed.py")
    if not rest:
        assert not by_hand.exists()
        return
    assert by_hand.exists(), [(d.code.value, d.help) for d in rest]
    fixed = by_hand.read_text(encoding="utf-8")
    assert found(fixed, **given) == ()
    for diagnostic in rest:
        spelled = [code for code in _SPELLED.findall(diagnostic.help) if not _TO_FILL_IN.search(code)]
        held = [_without_spaces(code) in _without_spaces(fixed) for code in spelled]
        # Of alternatives one is followed.
        assert (any(held) if " or " in diagnostic.help else all(held)) or not held, spelled


def _without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("m.fit_generator(x, samples_per_epoch=9, nb_val_samples=2, nb_epoch=1)", id="fit"),
        pytest.param("m.evaluate_generator(x, val_samples=9)", id="evaluate"),
        pytest.param("m.predict_generator(x, val_samples=9, max_q_size=1)", id="predict"),
        pytest.param("m.fit(x, nb_epoch=1, show_accuracy=True)", id="what today's method never had"),
        pytest.param("m.add(layers.Embedding(9, 9, dropout=0.2, init='uniform'))", id="a layer"),
        pytest.param("m.add(layers.Dense(output_dim=9, batch_input_shape=(1, 2)))", id="a renamed argument"),
        pytest.param("m.compile(loss='logcosh', optimizer='sgd', metrics=['cosine_proximity'])", id="names"),
        pytest.param(
            "layers.LSTM(output_dim=9, forget_bias_init='one', time_major=True)", id="a recurrent one"
        ),
    ],
)
@pytest.mark.parametrize("model", ["m = keras.Sequential()", "m = models[0]"], ids=["a model", "unknown"])
def test_what_no_edit_mends_is_found_again_once_the_edits_are_made(model: str, call: str) -> None:
    text = (
        f"import keras\nfrom keras import layers\nmodels = [keras.Sequential()]\nx = []\n{model}\n{call}\n"
        "loss = {{uniform(0, 1)}}\n"
    )
    left = [(d.code, d.message) for d in found(text) if not d.edits]
    assert [(d.code, d.message) for d in found(followed(text)[0])] == left


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        pytest.param("x = {{uniform(0, 1)}\n", "x = {{uniform(0, 1)}}\n", id="a brace"),
        pytest.param("x = {{uniform(0, 1)\n", "x = {{uniform(0, 1)}}\n", id="both"),
        pytest.param(
            "x = {{choice([1, (2)])[0] }\n",
            "x = {{choice([1, (2)]) }}\n",
            id="behind an item, which another edit drops",
        ),
        pytest.param("x = [{{uniform(0, 1)}, 2]\n", "x = [{{uniform(0, 1)}}, 2]\n", id="in a list"),
    ],
)
def test_a_marker_is_closed_behind_its_call(text: str, fixed: str) -> None:
    assert followed(text)[0] == fixed


def test_probabilities_are_divided_by_their_sum() -> None:
    text = "x = {{pchoice([(0.5, 'a'), (0.2, f(1))])}}\n"
    assert followed(text)[0] == "x = {{pchoice([(0.714286, 'a'), (0.285714, f(1))])}}\n"


def test_dots_are_no_option() -> None:
    (problem,) = found("x = {{choice([3, ...])}}\n")
    assert (problem.message, problem.help) == (
        "choice() got ... in place of options",
        "write the options out",
    )
