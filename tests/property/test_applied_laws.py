"""Laws of values written back: nothing but the values differs, and they are what the trial had."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import textwrap
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from hypertemplate.compiler.analysis import Analysis
from hypertemplate.compiler.diagnostics.edit import edited
from hypertemplate.compiler.markers.draw_call import DrawCall
from hypertemplate.compiler.markers.parameters import parameters_of
from hypertemplate.compiler.markers.resolve import default_draw, on_step, resolve
from hypertemplate.compiler.markers.search_space import Argument, Dimension
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.nodes import is_marker_shaped
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.tuned_source.tuned_edits import default_edits, plain_edits
from hypertemplate.compiler.tuned_source.tuned_values import TunedValues, parameters
from hypertemplate.errors import CompileError
from hypertemplate.runtime.draws import Draws
from hypertemplate.runtime.model_arguments import call, model_arguments
from hypertemplate.search.samplers.base import reached
from tests.compiler.support import analysis, compiled, source
from tests.property.strategies import Planted, templates

pytestmark = pytest.mark.property

NAMES: dict[str, object] = {
    "SIZES": (1, 2),
    "LIMIT": 9,
    "s": 1,
    "TABLE": {"a": 1, "b": 2},
    "WEIGHTED": [(0.5, "x"), (0.5, ["y"])],
}
SPAN = Span(0, 0, 0)


def evaluated(argument: Argument) -> object:
    return eval(argument.value or argument.text, dict(NAMES))


@st.composite
def points(draw: st.DrawFn, known: Analysis) -> TunedValues:
    """Values of a trial of a template."""
    space = {label: resolve(one, evaluated) for label, one in parameters(known).items()}
    params: dict[str, float] = {}
    for label, dimension in space.items():
        outer, option = dimension.parent or ("", 0)
        if not outer or params.get(outer) == option:
            params[label] = draw(_drawn(dimension))
    return TunedValues(params, space)


def _drawn(dimension: Dimension) -> st.SearchStrategy[float]:
    if dimension.options:
        return st.integers(0, len(dimension.options) - 1)
    low, high = dimension.range
    low, high = max(low, -1e6), min(high, 1e6)
    whole = st.integers(round(low), round(high)).map(lambda n: min(max(n, low), high))
    step = dimension.numbers.get("q")
    if step is not None and not dimension.integral:
        return st.floats(low, high).map(lambda n: on_step(round(n / step) * step, step))  # as trials have it
    return whole if dimension.integral else st.floats(low, high)


class InPlace(ast.NodeTransformer):
    """The tree of a template with its markers, and the distributions in them, replaced by values."""

    def __init__(self, known: Analysis, values: TunedValues) -> None:
        self.labels: dict[ast.AST, str] = {}
        self.draws: dict[ast.AST, DrawCall] = {}
        self.values = values
        self.tree = known.module.trees[0]
        labels = iter(parameters(known))
        for _, _, draw in known.searched():
            self.labels |= {one.call: next(labels) for one in draw.walk()}
        for marker, draw in known.draws.items():
            self.draws |= {one.call: one for one in draw.walk()}
            self.draws[marker.node] = draw

    def visit(self, node: ast.AST) -> Any:
        if node not in self.draws:
            return self.generic_visit(node)
        draw = self.draws[node]
        value = self.value(draw)
        if draw.options is not None:
            return self.visit(draw.options[int(value)].node)
        if draw.listing is not None:
            return ast.Subscript(draw.listing, ast.Constant(int(value)), ast.Load())
        return ast.parse(repr(value), mode="eval").body

    def value(self, draw: DrawCall) -> float:
        """What the trial drew, or the default of what no trial draws."""
        if draw.call in self.labels:
            label = self.labels[draw.call]
            value = self.values.params[label]
            return int(value) if self.values.dimensions[label].integral else float(value)
        if draw.options is not None or draw.listing is not None:
            return draw.default_option or 0
        names = dict.fromkeys(draw.walk(), "x")
        return default_draw(resolve(next(parameters_of(self.tree, draw, names, SPAN, None)), evaluated))


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@settings(max_examples=15)
@given(templates(), st.data())
def test_ordinary_code_differs_in_nothing_but_the_values(planted: Planted, data: st.DataObject) -> None:
    whole = source(planted.text)
    known = analysis(whole)
    values = data.draw(points(known))
    try:
        text = edited(planted.text, plain_edits(whole, known, values, None).edits)
    except CompileError as error:
        assert "its range is known only when it runs" in str(error)
        reject()
    expected = InPlace(known, values).visit(known.module.trees[0].module)
    found = ast.parse(text)
    assert not any(map(is_marker_shaped, ast.walk(found)))
    assert ast.unparse(found) == ast.unparse(ast.fix_missing_locations(expected))


@settings(max_examples=15)
@given(templates(), st.data())
def test_defaults_written_are_what_the_trial_had(planted: Planted, data: st.DataObject) -> None:
    known = analysis(planted.text)
    values = data.draw(points(known))
    found = default_edits(known, values)
    text = edited(planted.text, found.edits)
    after = compiled(text)
    assert after.digest == compiled(planted.text).digest
    if found.notes:
        return
    for label, one in parameters(analysis(text)).items():
        read = values.read(label)
        if read is not None:
            dimension = resolve(one, evaluated)
            assert dimension.default == read


HEAD = """\
from hyperas import optim
from hyperas.distributions import choice, uniform
from hyperopt import Trials, tpe

SIZES = [8, 16, 32]
TABLE = {'a': 1, 'b': 2}
WEIGHTED = [(0.5, 'x'), (0.5, ['y'])]


def helper(*args, rate={{uniform(0, 1)}}, **more):
    return [args, rate, sorted(more.items())]


"""
BODIES = (
    "out.append({{uniform(-2, 2)}})",
    "out.append((-{{uniform(-2, 2)}} ** 2, {{uniform(-2, -1)}} ** 2, 2 ** {{uniform(-2, -1)}}))",
    "out.append(({{choice([1, 'a', (2, 3), None])}}, {{choice([-1, 2.5, True])}}))",
    "out.append({{choice([lambda v: v + 1, abs, min if out else len])}}([3]) if False else 0)",
    "out.append({{choice([[len(out)], [uniform(0, 1)], {'k': choice([5, uniform(2, 3)])}])}})",
    "out.append(({{choice(SIZES)}}, {{choice(list(TABLE.values()))}}, {{pchoice(WEIGHTED)}}))",
    "out.append({{randint(5)}}.bit_length() + {{quniform(0, 8, 2)}}.bit_length())",
    "out.append(helper(1, x={{quniform(0, 1, 0.1)}}, **{'y': {{choice([1, 2])}}}))",
    "for i in range({{choice([1, 2, 3])}}):\n    out.append({{choice([64, 32, 16])[i:3]}})",
    "for i in range(2):\n    for j in range(2):\n        out.append({{choice([1, 2])[i, j]}})",
    "for i in range(1, 3):\n    out.append({{choice([[i], [uniform(0, 1)], len])[i]}})",
    "for i in range(0, 4, 2):\n    out.append({{uniform(0, 1)[i]}})",
    "if {{choice([True, False])}}:\n    out.append({{uniform(0, 1)}})\nelse:\n    out.append({{choice(['n', 'm'])}})",
    "out.append(0.25)  # tune: uniform(0, 1)",
    "out.append([64, 'relu'])  # noqa  # tune: choice([32, 64]); choice(['relu', 'tanh'])  # was 0.1",
    "out.append({{choice([\n    1 +\n    2,  # three\n    [4,\n     5],\n])}} if out else {{choice(['e', 'f'])}})",
)
"""Statements of a model; several may follow each other."""

DATA = (
    ("", "def model():", "optim.minimize(model=model, data=None, algo=tpe.suggest, max_evals=3, trials=Trials())"),
    (
        "def data():\n    return 1, [2]\n\n\n",
        "def model(x, y):",
        "optim.minimize(model, data, tpe.suggest, 3, Trials())",
    ),
    (
        "def data():\n    y = [2]\n    x = 1\n    return y, x\n\n\n",
        "def model(x, y):",
        "optim.minimize(model=model, data=data, max_evals=3, trials=Trials())",
    ),
    (
        "def data(n, k):\n    return {'x': n, 'y': k}\n\n\n",
        "def model(x, y):",
        "optim.minimize(model=model, data=data, data_args=(1, [2]), max_evals=3, trials=Trials())",
    ),
)  # fmt: skip
"""Data function, head of the model, and call of the search."""

CALLS = (
    "if __name__ == '__main__':\n    best_run, best_model = {}\n    print(best_run)\n",
    "if __name__ == '__main__':\n    {}\n",
    "trials = Trials()\nbest_run, best_model = {}\n",
)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A template with a search of its own, whose number depends on its values alone."""
    data, head, call = draw(st.sampled_from(DATA))
    bodies = draw(st.lists(st.sampled_from(BODIES), min_size=1, max_size=5))
    body = textwrap.indent(
        "\n".join(["out = []", *bodies, "return {'loss': 1.0, 'out': out, 'model': len(out)}"]), "    "
    )
    around = draw(st.sampled_from(CALLS))
    call = call.replace("Trials()", "trials") if around.startswith("trials") else call
    text = HEAD + data + head + "\n" + body + "\n\n\n" + around.format(call)
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def trial(program: Program, values: TunedValues) -> tuple[Any, tuple[str, ...]]:
    """What the model returns in a trial, and the labels that it did not read."""
    namespace: dict[str, Any] = {"__name__": "model"}
    drawn = {label: values.read(label) for label in values.params}
    draws = namespace["_ht_"] = Draws(drawn)
    for part in program.parts:
        exec(compile(part.kept, part.filename, "exec", part.flags, dont_inherit=True), namespace)
    arguments = () if program.data_args is None else eval(program.data_args.text, namespace)
    returned = namespace[program.data](*arguments) if program.data else None
    given = model_arguments(program.join, returned, program.data or "", "model", {})
    return call(namespace["model"], given), draws.unused()


@settings(max_examples=20)
@given(programs(), st.data())
def test_ordinary_code_gives_what_the_trial_gave(text: str, data: st.DataObject) -> None:
    whole = source(text)
    known = analysis(whole)
    values = data.draw(points(known))
    expected, unread = trial(compiled(whole), values)
    read = replace(values, unread=frozenset(unread))
    plain = edited(text, plain_edits(whole, known, read, 1.0).edits)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(plain, "plain", "exec", dont_inherit=True), namespace)
    assert shown(namespace["result"]) == shown(expected)
    assert "hyper" not in plain
    assert "tune:" not in plain
    assert plain.count("\r\n") in (0, plain.count("\n"))
    written = default_edits(known, read)
    if not written.notes:
        again = edited(text, written.edits)
        space = {label: resolve(one, evaluated) for label, one in parameters(analysis(again)).items()}
        params = reached(tuple(space.values()), {label: default_draw(one) for label, one in space.items()})
        assert shown(trial(compiled(again), TunedValues(params, space))[0]) == shown(expected)


def shown(value: object) -> str:
    """A result without the addresses of its functions."""
    return re.sub(r"<function .*?>", "<function>", repr(value))
