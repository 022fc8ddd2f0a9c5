from __future__ import annotations

import pytest

from hypertemplate.compiler.emit.rewrite import rewrite
from hypertemplate.compiler.syntax.source import Span
from tests.compiler.support import compiled, rewritten, run, run_trials


@pytest.mark.parametrize(
    ("marker", "text"),
    [
        pytest.param("{{uniform(0, 1)}}", "(_ht_['uniform'])", id="a number"),
        pytest.param('{{uniform(0, 1, name="it\'s")}}', '(_ht_["it\'s"])', id="a label with a quote"),
        pytest.param(
            "{{choice([64, 128])}}", "((64, 128)[_ht_['choice']])", id="constants are an indexed tuple"
        ),
        pytest.param("{{choice([64])}}", "((64,)[_ht_['choice']])", id="one constant"),
        pytest.param(
            "{{choice(('a', None, -1, (1, 2)))}}",
            "(('a', None, -1, (1, 2))[_ht_['choice']])",
            id="constants of every kind",
        ),
        pytest.param(
            "{{choice(['a' 'b', 1_000, 0x1F])}}",
            "(('a' 'b', 1_000, 0x1F)[_ht_['choice']])",
            id="constants as they are written",
        ),
        pytest.param(
            "{{choice([r, 3])}}", "(r if _ht_['choice'] == 0 else 3)", id="of two the first is asked for"
        ),
        pytest.param("{{choice([r])}}", "((r,)[_ht_['choice']])", id="the only one is asked for too"),
        pytest.param(
            "{{choice([r, 2, 3])}}",
            "(r if _ht_['choice'] == 0 else 2 if _ht_['choice'] == 1 else 3)",
            id="of three the first two are asked for",
        ),
        pytest.param(
            "{{choice([r, 2, 3, 4])}}",
            "((r if _ht_['choice'] == 0 else 2) if _ht_['choice'] < 2 else 3 if _ht_['choice'] == 2 else 4)",
            id="of more one half is asked for",
        ),
        pytest.param(
            "{{choice([[1], {'a': 2}])}}",
            "([1] if _ht_['choice'] == 0 else {'a': 2})",
            id="lists and dicts are made anew",
        ),
        pytest.param(
            "{{choice([lambda: r, (yield), r if x else 1, (n := 2)])}}",
            "(((lambda: r) if _ht_['choice'] == 0 else (yield)) if _ht_['choice'] < 2 else (r if x else 1) if _ht_['choice'] == 2 else (n := 2))",
            id="what binds less than a condition gets parentheses",
        ),
        pytest.param(
            "{{choice([r + 1, not r])}}",
            "((r + 1) if _ht_['choice'] == 0 else (not r))",
            id="operators get parentheses too",
        ),
        pytest.param(
            "{{pchoice([(0.5, 'a'), (0.5, 'b')])}}",
            "(('a', 'b')[_ht_['pchoice']])",
            id="probabilities are not there any more",
        ),
        pytest.param(
            "{{pchoice([(0.5, [r]), (0.5, x)])}}",
            "([r] if _ht_['pchoice'] == 0 else x)",
            id="weighted objects",
        ),
        pytest.param(
            "{{choice([0, uniform(0, 1)])}}",
            "(0 if _ht_['choice'] == 0 else (_ht_['choice.1']))",
            id="an inner distribution",
        ),
        pytest.param(
            "{{choice([len(uniform(0, 1) + 2), 0])}}",
            "(len((_ht_['choice.0']) + 2) if _ht_['choice'] == 0 else 0)",
            id="an inner distribution inside an option",
        ),
        pytest.param(
            "{{choice([choice([1, 2]), 0])}}",
            "(((1, 2)[_ht_['choice.0']]) if _ht_['choice'] == 0 else 0)",
            id="a choice in a choice",
        ),
        pytest.param(
            "{{choice(range(3))}}", "(_ht_.option('choice', range(3)))", id="a list that is not written out"
        ),
        pytest.param(
            "{{pchoice(list(((1, 2),)))}}",
            "(_ht_.weighted('pchoice', list(((1, 2),))))",
            id="pairs that are not written out",
        ),
        pytest.param(
            "{{choice([*range(3), 9])}}",
            "(_ht_.option('choice', [*range(3), 9]))",
            id="a list with an unpacked one",
        ),
        pytest.param(
            "{{choice(name='a', options=[1, 2])}}", "((1, 2)[_ht_['a']])", id="options after the label"
        ),
        pytest.param("{{choice([1, 2], name='a')}}", "((1, 2)[_ht_['a']])", id="options before the label"),
        pytest.param(
            "1if{{choice([1, 2])}}else 2", "1if((1, 2)[_ht_['choice']])else 2", id="glued to keywords"
        ),
        pytest.param(
            "[{{uniform(0, 1)}},{{normal(0, 1)}}]", "[(_ht_['uniform']),(_ht_['normal'])]", id="two in a list"
        ),
    ],
)
def test_a_marker_becomes_an_expression(marker: str, text: str) -> None:
    assert rewritten(marker) == text


@pytest.mark.parametrize(
    ("marker", "text"),
    [
        pytest.param("{{\nuniform(0,\n1)\n}}", "(_ht_['uniform']\n\n\n)", id="a number"),
        pytest.param("{\n {uniform(0, 1)}}", "(_ht_['uniform']\n)", id="braces on two lines"),
        pytest.param(
            "{{choice([\n  1,  # one\n  2,\n])}}",
            "((\n1, \n2)[_ht_['choice']]\n)",
            id="constants and a comment",
        ),
        pytest.param(
            "{{choice([\n  r,\n  [1,\n   2],\n])}}",
            "(\nr if _ht_['choice'] == 0 else \n[1,\n   2]\n)",
            id="objects",
        ),
        pytest.param(
            "{{choice([0, print(  # why\n  uniform(0,\n  1))])}}",
            "(0 if _ht_['choice'] == 0 else print(  # why\n  (_ht_['choice.print']\n)))",
            id="an inner distribution",
        ),
        pytest.param(
            "{{choice(\n  range(\n3))}}",
            "(_ht_.option('choice', \nrange(\n3)))",
            id="a list that is not written out",
        ),
        pytest.param(
            "{{choice([1,\r\n2,\r3])}}", "((1, \r\n2, \r3)[_ht_['choice']])", id="every kind of line end"
        ),
        pytest.param("{{uniform(0, \\\n1)}}", "(_ht_['uniform']\n)", id="a backslash"),
    ],
)
def test_a_marker_keeps_its_lines(marker: str, text: str) -> None:
    assert rewritten(f"[{marker}]") == f"[{text}]"


@pytest.mark.parametrize(
    "option",
    [
        pytest.param(
            "uniform(0, 1) if choice([True, False]) else 0", id="a condition stands after its value"
        ),
        pytest.param(
            "print(sep=uniform(0, 1), *[normal(0, 1)])", id="an unpacked list stands after a keyword"
        ),
        pytest.param("{uniform(0, 1): normal(0, 1), randint(3): 4}", id="keys and values take turns"),
        pytest.param(
            "lambda a=uniform(0, 1), *, b=randint(3): a", id="defaults stand before keyword defaults"
        ),
    ],
)
def test_distributions_inside_an_option_are_replaced_in_source_order(option: str) -> None:
    program = compiled(f"def model():\n    return {{{{choice([{option}, 2])}}}}\n")
    text = program.parts[0].trial
    compile(text, "model.py", "exec")
    assert text.count("uniform(") == 0


def test_only_the_chosen_option_is_evaluated_each_time_that_it_is_reached() -> None:
    text = """
def model():
    made = []
    def make(name):
        made.append(name)
        return [name]
    objects = [{{choice([make('a'), make('b'), make('c')])}} for _ in range(2)]
    return made, objects[0] is objects[1]
"""
    program = compiled(text)
    label = program.space.parameters[0].label
    assert run_trials(program, [{label: 1}, {label: 2}]) == [(["b", "b"], False), (["c", "c"], False)]


def test_options_see_local_variables() -> None:
    assert run("def model():\n    n = 3\n    x = {{choice([n, n + 1])}}\n    return x\n", x=1) == 4


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 100])
def test_every_option_of_many_can_be_chosen(count: int) -> None:
    options = ", ".join(f"[{number}]" for number in range(count))
    program = compiled(f"def model():\n    x = {{{{choice([{options}])}}}}\n    return x\n")
    assert run_trials(program, [{"x": number} for number in range(count)]) == [[n] for n in range(count)]


def test_a_choice_of_a_thousand_objects_compiles() -> None:
    options = ", ".join(["[0]"] * 1000)
    assert run(f"def model():\n    x = {{{{choice([{options}])}}}}\n    return x\n", x=999) == [0]


@pytest.mark.parametrize(
    ("values", "result"),
    [
        pytest.param({"x": 0}, 0, id="the outer option"),
        pytest.param({"x": 1, "x.1": 0, "x.1.0": 0.5}, 0.5, id="the innermost draw"),
        pytest.param({"x": 1, "x.1": 1}, "b", id="the inner option"),
    ],
)
def test_nested_distributions_ask_only_for_what_was_drawn(values: dict[str, float], result: object) -> None:
    text = "def model():\n    x = {{choice([0, choice([uniform(0, 1), 'b'])])}}\n    return x\n"
    assert run(text, **values) == result


@pytest.mark.parametrize(
    ("edits", "start", "end", "text"),
    [
        pytest.param([], 0, 10, "0123456789", id="nothing"),
        pytest.param([(Span(0, 3, 5), "ab")], 0, 10, "012ab56789", id="one edit"),
        pytest.param(
            [(Span(0, 3, 5), ""), (Span(0, 5, 6), "x")],
            2,
            8,
            "2x67",
            id="two that touch, in a part of the text",
        ),
        pytest.param([(Span(0, 0, 10), "x")], 0, 10, "x", id="everything"),
    ],
)
def test_edits_change_only_their_spans(
    edits: list[tuple[Span, str]], start: int, end: int, text: str
) -> None:
    assert rewrite("0123456789", start, end, edits) == text
