from __future__ import annotations

import re
import sys
import tokenize

import pytest

from hypertemplate.compiler.syntax import angle_markers
from hypertemplate.compiler.syntax.angle_markers import braces, in_fstring, unclosed
from tests.compiler.support import codes, compiled, findings, labels, rewritten, run, source

C = "<<choice([1, 2])>>"
B = "{{choice([1, 2])}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"x = {C}", f"x = {B}", id="a marker"),
        pytest.param(C, B, id="a statement of its own"),
        pytest.param("x = <<  choice([1])  >>", "x = {{  choice([1])  }}", id="blanks inside"),
        pytest.param("x=<<hp.choice([1])>>", "x={{hp.choice([1])}}", id="a dotted name"),
        pytest.param("x = <<nothing>>", "x = {{nothing}}", id="anything that stands for an operand"),
        pytest.param("<<c([1])[i]>>", "{{c([1])[i]}}", id="a subscripted draw"),
        pytest.param(f"f({C}, k={C})", f"f({B}, k={B})", id="two in a call"),
        pytest.param(f"f(*{C}, **{C})", f"f(*{B}, **{B})", id="after stars"),
        pytest.param(f"{{{C}: {C}}}", f"{{{B}: {B}}}", id="in a dict"),
        pytest.param(f"{{{C}}}", f"{{{B}}}", id="in a set"),
        pytest.param(f"x[{C}:{C}]", f"x[{B}:{B}]", id="in a slice"),
        pytest.param(f"return {C}", f"return {B}", id="after return"),
        pytest.param(f"x = not{C}", f"x = not{B}", id="after a keyword without a blank"),
        pytest.param(f"x = {C} if {C} else {C}", f"x = {B} if {B} else {B}", id="in a condition"),
        pytest.param(f"lambda a={C}: {C}", f"lambda a={B}: {B}", id="in a lambda"),
        pytest.param(f"else: {C}", f"else: {B}", id="after a colon"),
        pytest.param(f"a; {C}", f"a; {B}", id="after a semicolon"),
        pytest.param(f"a\n{C}", f"a\n{B}", id="on the next line"),
        pytest.param(f"if 1:\n  {C}\n{C}", f"if 1:\n  {B}\n{B}", id="indented and not any more"),
        pytest.param(f"@{C}\ndef f(): pass", f"@{B}\ndef f(): pass", id="a decorator"),
        pytest.param(f"x: int = {C}", f"x: int = {B}", id="after an annotation"),
        pytest.param(f"x = -{C}", f"x = -{B}", id="after a sign"),
        pytest.param(f"{C}.real", f"{B}.real", id="before a dot"),
        pytest.param(f"{C}()[0]", f"{B}()[0]", id="before parentheses"),
        pytest.param(f"'日本', 'é', {C}, {C}", f"'日本', 'é', {B}, {B}", id="after letters of several bytes"),
        pytest.param(f"x = {C}  # >>", f"x = {B}  # >>", id="before a comment"),
        pytest.param("<<c(  # why >>\n1)>>", "{{c(  # why >>\n1)}}", id="a comment inside"),
        pytest.param("(<<\nc()\n>>)", "({{\nc()\n}})", id="ends on lines of their own in parentheses"),
        pytest.param("x = <<\nc()\n>>", "x = {{\nc()\n}}", id="ends on lines of their own"),
        pytest.param(
            "if 1:\n  x = <<\n        c()\n    >>\n  y = <<d()>>",
            "if 1:\n  x = {{\n        c()\n    }}\n  y = {{d()}}",
            id="lines indented at will",
        ),
        pytest.param("<<\\\nc()>>", "{{\\\nc()}}", id="a continued line"),
        pytest.param("f(<<c(\n  [1,\n   2]\n)>>)", "f({{c(\n  [1,\n   2]\n)}})", id="over lines"),
        pytest.param(f"x = {C}\ry = {C}\r", f"x = {B}\ry = {B}\r", id="lines that end with a return"),
        pytest.param(f"x = {C}\r\ny = {C}", f"x = {B}\r\ny = {B}", id="lines that end with both"),
        pytest.param("<<c(\r[1],\r2)>>", "{{c(\r[1],\r2)}}", id="a return inside"),
        pytest.param("<<c([<<u(0, 1)>>])>>", "{{c([{{u(0, 1)}}])}}", id="one in another"),
        pytest.param("{{c([<<u(0, 1)>>])}}", "{{c([{{u(0, 1)}}])}}", id="one in braces"),
        pytest.param("<<c([{{u(0, 1)}}])>>", "{{c([{{u(0, 1)}}])}}", id="braces in one"),
        pytest.param(f"{B} + {C}", f"{B} + {B}", id="both spellings on a line"),
    ],
)
def test_a_pair_where_an_operand_must_stand_becomes_braces(text: str, expected: str) -> None:
    assert braces(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<<choice([1 << 4, 1 << 5])>>", "{{choice([1 << 4, 1 << 5])}}", id="in the options"),
        pytest.param("<<uniform(64 >> 3, 8)>>", "{{uniform(64 >> 3, 8)}}", id="to the right in a bound"),
        pytest.param("<<c([a[1 >> 2] >> 1])>>", "{{c([a[1 >> 2] >> 1])}}", id="in brackets in brackets"),
        pytest.param(f"{C} << 1", f"{B} << 1", id="of a marker"),
        pytest.param(f"{C} >> 1", f"{B} >> 1", id="of a marker to the right"),
        pytest.param(f"{C}>>1", f"{B}>>1", id="of a marker to the right without a blank"),
        pytest.param(f"1 << {C}", f"1 << {B}", id="by a marker"),
        pytest.param(f"1<<{C}", f"1<<{B}", id="by a marker without a blank"),
        pytest.param(f"x << 1; {C}; x >> 1", f"x << 1; {B}; x >> 1", id="on both sides"),
        pytest.param(f"(x) << {C} >> 2", f"(x) << {B} >> 2", id="left and right of it"),
        pytest.param(f"x >>= {C}", f"x >>= {B}", id="an assignment by a marker"),
        pytest.param(f"x<<={C}", f"x<<={B}", id="an assignment to the left by a marker"),
    ],
)
def test_real_shifts_next_to_a_marker_stay(text: str, expected: str) -> None:
    assert braces(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"f(a={C}==3)", f"f(a={B}==3)", id="equal"),
        pytest.param(f"{C}=={C}", f"{B}=={B}", id="equal to another"),
        pytest.param(f"{C}<3", f"{B}<3", id="less"),
        pytest.param(f"{C}<={C}", f"{B}<={B}", id="at most"),
        pytest.param(f"x[{C}>3]", f"x[{B}>3]", id="greater, which makes three of them"),
        pytest.param(f"{C}>=3", f"{B}>=3", id="at least, read as a shift and an assignment"),
        pytest.param(f"{C}>>3", f"{B}>>3", id="a shift, which makes four of them"),
        pytest.param(f"{C}!=3", f"{B}!=3", id="unequal"),
        pytest.param(f"3<{C}", f"3<{B}", id="after less, which makes three of them"),
        pytest.param(f"x<{C}<{C}", f"x<{B}<{B}", id="a chain"),
        pytest.param(f"x()<{C}", f"x()<{B}", id="after less behind a bracket"),
        pytest.param(f"3<={C}", f"3<={B}", id="after at most"),
    ],
)
def test_a_comparison_may_touch_a_marker(text: str, expected: str) -> None:
    assert braces(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("y = a << b >> c", id="shifts of names"),
        pytest.param("y = 1<<2>>3", id="shifts of numbers"),
        pytest.param("y = f(1) << x[2] >> {3}", id="shifts of what ends with a bracket"),
        pytest.param("y = 'a' << 'b' >> f'c'", id="shifts of strings"),
        pytest.param("y = f'{a}' << 3 >> 2", id="a shift of an f-string"),
        pytest.param("y = None << True >> False", id="shifts of constants"),
        pytest.param("y = ... << 3 >> 2", id="a shift of an ellipsis"),
        pytest.param("a <<= 2; a >>= 3", id="assignments"),
        pytest.param("y = (a\n  << 2 >> 3)", id="a shift on the next line of a bracket"),
        pytest.param("y = a \\\n  << 2 >> 3", id="a shift on a continued line"),
        pytest.param("y = (a  # why\n  << 2)", id="a shift behind a comment"),
        pytest.param("match << 3\ncase << 2; type << 1; _ << 0", id="shifts of soft keywords"),
        pytest.param("y = '<<uniform(0, 1)>>'", id="a string"),
        pytest.param("y = b'<<uniform(0, 1)>>', r\"<<c()>>\"", id="strings of other kinds"),
        pytest.param("'''\n<<uniform(0, 1)>>\n'''", id="a docstring"),
        pytest.param("y = 1  # <<uniform(0, 1)>>", id="a comment"),
        pytest.param("f'<<uniform(0, 1)>>'", id="text in an f-string"),
        pytest.param("f'{<<uniform(0, 1)>>}'", id="an expression in an f-string"),
        pytest.param("f'{x:<<5}' + F\"{y!r:>>3}\"", id="the format in an f-string"),
        pytest.param("f'{f\"{<<c()>>}\"}'", id="an f-string in an f-string"),
        pytest.param("rf'''{\n<<c()>>}'''", id="an f-string of several lines"),
        pytest.param("x = <<c([1])", id="one that is never closed"),
        pytest.param("x = <<c([1])>", id="one that is half closed"),
        pytest.param("x = (<<c()) >> 3", id="one that a bracket cuts short"),
        pytest.param("x = <<c(>>)", id="an end inside its own brackets"),
        pytest.param("c()>>", id="an end alone"),
        pytest.param("x = '<<c()>>", id="a string that is never closed"),
        pytest.param("\0<<c()>>", id="what Python cannot read"),
        pytest.param("", id="nothing"),
    ],
)
def test_all_else_is_left_alone(text: str) -> None:
    assert braces(text) == text


def test_what_cannot_be_read_leaves_what_was_read_before_it() -> None:
    assert braces(f"x = {C}\ny = '") == f"x = {B}\ny = '"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"match {C}:\n  case 1: pass", f"match {B}:\n  case 1: pass", id="the first statement"),
        pytest.param(f"x = 1\nmatch {C}:\n", f"x = 1\nmatch {B}:\n", id="a later one"),
        pytest.param(f"if 1:\n  match {C}:\n", f"if 1:\n  match {B}:\n", id="an indented one"),
        pytest.param(f"def f(): match {C}", f"def f(): match {B}", id="after a colon"),
        pytest.param(f"x = {{1: match {C}}}", f"x = {{1: match {C}}}", id="not after the colon of a dict"),
        pytest.param("x = match << 3 >> 2", "x = match << 3 >> 2", id="not inside a statement"),
        pytest.param("a, match << 3 >> 2", "a, match << 3 >> 2", id="not behind a comma"),
    ],
)
def test_after_match_at_the_start_of_a_statement_it_opens_if_asked_to(text: str, expected: str) -> None:
    assert braces(text, after_match=True) == expected
    assert braces(text) == text


def test_a_match_statement_over_a_marker_compiles() -> None:
    text = f"""
def model():
    match {C}:
        case 1:
            return 'one'
        case other:
            return other
"""
    assert labels(text) == ["choice"]
    assert [run(text, choice=number) for number in (0, 1)] == ["one", 2]


def test_a_variable_named_match_is_shifted() -> None:
    text = f"match = 8\ndef model():\n    match << 3 >> 2\n    return match << {C} >> 2\n"
    assert run(text, choice=1) == 8


def test_of_a_file_that_parses_in_no_reading_the_plain_one_is_complained_of() -> None:
    assert codes(f"def model():\n    match {C}\n    return\n") == ["SYNTAX"]


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        pytest.param("x = <<choice([1])", 4, id="at the end"),
        pytest.param("x = <<choice([1])\ny = 2", 4, id="with a line after it"),
        pytest.param("x = <<choice([1])>", 4, id="half closed"),
        pytest.param("x = (<<hp.uniform(0, 1))", 5, id="cut short by a bracket"),
        pytest.param("<<uniform(0\n", 0, id="in its own call"),
        pytest.param(f"{C}; <<choice([1])[i]", 20, id="behind one that is closed"),
        pytest.param("<<choice([<<choice([2])])", 0, id="the first of two"),
        pytest.param("x = << 3", None, id="what is no call of a distribution"),
        pytest.param("x = <<f(3)", None, id="another call"),
        pytest.param(f"x = {C}", None, id="one that is closed"),
        pytest.param("x = '<<choice([1])'", None, id="a string"),
        pytest.param("x = 1", None, id="nothing of the kind"),
    ],
)
def test_the_first_that_is_never_closed(text: str, offset: int | None) -> None:
    assert unclosed(text) == offset


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("x = f'{<<choice([1])>>}'", "f'{<<choice([1])>>}'", id="an expression"),
        pytest.param("x = f'<<choice([1])>>' + y", "f'<<choice([1])>>'", id="text"),
        pytest.param(
            "x = 1\n\tRf'''{\n  <<uniform(0, 1)>>}'''", "Rf'''{\n  <<uniform(0, 1)>>}'''", id="of lines"
        ),
        pytest.param("f'a', f'{x:{<<choice([1])>>}}'", "f'{x:{<<choice([1])>>}}'", id="in a format"),
        pytest.param("f'{x << 2}', f'{y:<<5}', '<<choice([1])>>'", None, id="only shifts and plain strings"),
    ],
)
def test_the_first_f_string_that_holds_one(text: str, found: str | None) -> None:
    place = in_fstring(text)
    assert (text[slice(*place)] if place is not None else None) == found


@pytest.mark.skipif(sys.version_info < (3, 12), reason="before Python 3.12 an f-string has no inner quotes")
def test_in_an_f_string_in_an_f_string_the_inner_one_is_found() -> None:
    text = "x = f'{f'{<<choice([1])>>}'}'"
    assert in_fstring(text) == (7, len(text) - 2)


def test_since_python_3_12_an_f_string_is_several_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    start, end = 9998, 9999
    text = "f'{<<choice([1])>>}'; <<choice([2])>>"
    tokens = [
        (start, "f'", 0, 2),
        *((tokenize.OP, text[i : i + 2], i, i + 2) for i in (3, 16)),
        (end, "'", 19, 20),
    ]
    tokens += [(tokenize.OP, ";", 20, 21), *((tokenize.OP, text[i : i + 2], i, i + 2) for i in (22, 35))]
    monkeypatch.setattr(angle_markers, "_STRING_START", start)
    monkeypatch.setattr(angle_markers, "_STRING_END", end)
    monkeypatch.setattr(angle_markers, "_tokens", lambda text: iter(tokens))
    assert in_fstring(text) == (0, 20)
    assert braces(text) == "f'{<<choice([1])>>}'; {{choice([2])}}"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(
            "x = <<choice([1, 2])",
            "model.py:2:9: error HT113: this marker is never closed\n"
            "    2 |     x = <<choice([1, 2])\n"
            "      |         ^~\n"
            "      = help: close it with >>",
            id="never closed",
        ),
        pytest.param(
            "x = (<<choice([1, 2])) >> 3",
            "model.py:2:10: error HT113: this marker is never closed\n"
            "    2 |     x = (<<choice([1, 2])) >> 3\n"
            "      |          ^~\n"
            "      = help: close it with >>",
            id="closed by the wrong bracket",
        ),
        pytest.param(
            "x = f'{<<uniform(0, 1)>>:.2f}'",
            "model.py:2:9: error HT110: a marker inside an f-string\n"
            "    2 |     x = f'{<<uniform(0, 1)>>:.2f}'\n"
            "      |         ^~~~~~~~~~~~~~~~~~~~~~~~~~\n"
            "      = help: name the value first: units = {{...}}, then f'{units}'",
            id="an expression in an f-string",
        ),
        pytest.param(
            "x = f'<<uniform(0, 1)>>'",
            "model.py:2:9: error HT110: a marker inside an f-string\n"
            "    2 |     x = f'<<uniform(0, 1)>>'\n"
            "      |         ^~~~~~~~~~~~~~~~~~~~\n"
            "      = help: name the value first: units = {{...}}, then f'{units}'",
            id="text in an f-string",
        ),
        pytest.param(
            "x = <<choice([<<uniform(0, 1)>>])>>",
            "model.py:2:19: error HT108: a marker inside a marker\n"
            "    2 |     x = <<choice([<<uniform(0, 1)>>])>>\n"
            "      |                   ^~~~~~~~~~~~~~~~~\n"
            "      = help: drop the inner braces: uniform(0, 1)",
            id="one in another",
        ),
        pytest.param(
            "x = <<uniform(1, 0)>>",
            "model.py:2:11: error HT104: uniform() needs low < high, got low=1, high=0\n"
            "    2 |     x = <<uniform(1, 0)>>\n"
            "      |           ^~~~~~~~~~~~~\n"
            "      = help: swap the bounds: uniform(0, 1)",
            id="bounds the wrong way round",
        ),
        pytest.param(
            "x = '<<uniform(0, 1)>>', {{uniform(0, 1)}}",
            "model.py:2:9: warning HT112: this string looks like a marker, but text in quotes never is\n"
            "    2 |     x = '<<uniform(0, 1)>>', {{uniform(0, 1)}}\n"
            "      |         ^~~~~~~~~~~~~~~~~~~\n"
            "      = help: if this should be a marker, remove the quotes",
            id="a string",
        ),
    ],
)
def test_what_people_are_told_shows_their_own_spelling(line: str, message: str) -> None:
    assert findings(f"def model():\n    {line}\n    return x\n") == message


def test_of_crossing_brackets_python_says_more() -> None:
    assert codes("def model():\n    return <<choice([1, 2)>>\n") == ["SYNTAX"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param(f"x << {C}", "x << ((1, 2)[_ht_['choice']])", id="one line"),
        pytest.param("<<choice([\n1,\n2])>>", "((\n1, \n2)[_ht_['choice']])", id="several lines"),
        pytest.param(
            f"{C} + {B}", "((1, 2)[_ht_['choice']]) + ((1, 2)[_ht_['choice_1']])", id="both spellings"
        ),
        pytest.param(
            "<<choice([1 << 4, 1 << 5])>>", "((1 << 4) if _ht_['choice'] == 0 else (1 << 5))", id="shifts"
        ),
        pytest.param("<<choice(['<<', '>>'])>>", "(('<<', '>>')[_ht_['choice']])", id="strings"),
    ],
)
def test_a_marker_of_this_spelling_is_rewritten_like_the_other(expression: str, expected: str) -> None:
    assert rewritten(expression) == expected


def test_what_is_said_of_a_position_is_of_the_users_own_text() -> None:
    text = f"def model():\n    a = '日', {C}\n    return a[1] + <<uniform(0,\n        1)>>\n"
    spans = [parameter.marker for parameter in compiled(text).space.parameters]
    assert [text[span.start : span.end] for span in spans] == [C, "<<uniform(0,\n        1)>>"]


def test_the_source_of_a_program_keeps_the_users_spelling() -> None:
    text = f"def model():\n    return {C}\n"
    assert compiled(text).source == source(text)


def test_both_spellings_of_one_template_give_the_same_program() -> None:
    text = f"X = {C}\ndef model(Dense=int):\n    return Dense(<<uniform(0, 1)>>) << X\n"
    other = re.sub("<<(?=[cu])", "{{", text).replace(">>", "}}")
    first, second = compiled(text), compiled(other)
    assert (first.parts, first.space, first.digest) == (second.parts, second.space, second.digest)
