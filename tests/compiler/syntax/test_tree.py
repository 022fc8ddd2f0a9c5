from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.stages import explain
from hypertemplate.compiler.syntax.source import Span
from hypertemplate.compiler.syntax.tree import Tree, parse
from hypertemplate.errors import CompileError
from tests.compiler.support import codes, compiled, findings, source, tree


def first(tree: Tree, kind: type[ast.AST]) -> ast.AST:
    """The first node of a kind."""
    return next(node for node in ast.walk(tree.module) if isinstance(node, kind))


@pytest.mark.parametrize(
    ("text", "kind", "segment"),
    [
        pytest.param("x = f(1)", ast.Call, "f(1)", id="a call"),
        pytest.param("'日本', f(1)", ast.Call, "f(1)", id="after letters of several bytes"),
        pytest.param("'😀' + f('é', x)\n", ast.Call, "f('é', x)", id="around letters of several bytes"),
        pytest.param("a\nb\rf(\r\n1)", ast.Call, "f(\r\n1)", id="after every kind of line end"),
        pytest.param("\x0cx = f(1)", ast.Call, "f(1)", id="after a form feed"),
        pytest.param("f(a=1 +\\\n  2)", ast.keyword, "a=1 +\\\n  2", id="a keyword over two lines"),
        pytest.param("(x).y", ast.Expr, "(x).y", id="parentheses at the start of a statement"),
        pytest.param("if 1:\n\tx = 1\n", ast.Assign, "x = 1", id="indented by a tab"),
        pytest.param("x = 1; y = f(2)", ast.Call, "f(2)", id="after a semicolon"),
        pytest.param("@a\ndef f(): pass", ast.FunctionDef, "@a\ndef f(): pass", id="with its decorator"),
        pytest.param(
            "@ a.b(1)\n@c\nclass A: pass", ast.ClassDef, "@ a.b(1)\n@c\nclass A: pass", id="with two of them"
        ),
        pytest.param(
            "@(a @ b)\nasync def f(): pass",
            ast.AsyncFunctionDef,
            "@(a @ b)\nasync def f(): pass",
            id="with a decorator in parentheses that multiplies matrices",
        ),
        pytest.param("import a as b", ast.alias, "a as b", id="a name that is imported"),
    ],
)
def test_the_text_of_a_node(text: str, kind: type[ast.AST], segment: str) -> None:
    parsed = tree(text)
    node = first(parsed, kind)
    assert isinstance(node, (ast.expr, ast.stmt, ast.keyword, ast.alias))
    span = parsed.span(node)
    assert text[span.start : span.end] == segment


def test_an_at_sign_in_a_comment_is_no_decorator() -> None:
    text = "@(  # ask a@b\n  f)\ndef g(): pass"
    parsed = tree(text)
    assert parsed.span(parsed.module.body[0]) == Span(0, 0, len(text))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("f( 1 )", "f( 1 )", id="one line stays as written"),
        pytest.param("f(\n  1,  # one\n  2)", "f(1, 2)", id="several lines are written anew"),
        pytest.param("f(\r1)", "f(1)", id="a lone CR is a line end"),
        pytest.param("f('\x0c')", "f('\x0c')", id="a form feed is none"),
    ],
)
def test_a_node_on_one_line(text: str, line: str) -> None:
    parsed = tree(text)
    node = first(parsed, ast.Call)
    assert isinstance(node, ast.expr)
    assert parsed.one_line(node) == line


def test_ancestors_go_outwards() -> None:
    parsed = tree("def f():\n    return g(1)")
    pairs = list(parsed.ancestors(first(parsed, ast.Constant)))
    assert [type(parent) for _, parent in pairs] == [ast.Call, ast.Return, ast.FunctionDef, ast.Module]
    assert [child for child, _ in pairs[1:]] == [parent for _, parent in pairs[:-1]]


def test_each_part_is_parsed_on_its_own() -> None:
    trees, found = parse(source("x = 1", "y = (", "from __future__ import annotations", "z = )"))
    assert [(one.part, one.text) for one in trees] == [
        (0, "x = 1"),
        (2, "from __future__ import annotations"),
    ]
    assert [one.span.part for one in found if one.span is not None] == [1, 3]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("return 1", id="a return outside a function"),
        pytest.param("def f(a, a): pass", id="two parameters of one name"),
        pytest.param("x = 1\nfrom __future__ import annotations", id="a late future import"),
        pytest.param("from __future__ import braces", id="a future that never comes"),
        pytest.param("def f():\n    x = 1\n    global x", id="a global declared too late"),
        pytest.param("break", id="a break outside a loop"),
        pytest.param("await x", id="an await outside a function"),
        pytest.param("def f(:\n    pass", id="a signature that does not parse"),
        pytest.param("if 1:\n\tx\n        y", id="tabs and spaces mixed"),
        pytest.param("x = 'abc", id="a string that is never closed"),
        pytest.param("x = (", id="a parenthesis that is never closed"),
        pytest.param("x = }", id="a brace that nothing opened"),
        pytest.param("'''", id="a long string that is never closed"),
        pytest.param("x = 1 \\", id="a backslash at the end of the file"),
        pytest.param("\N{ZERO WIDTH SPACE}x", id="an invisible character"),
        pytest.param("\ufeffx = 1", id="a byte order mark that no frontend took off"),
        pytest.param("f'{x'", id="an f-string that is never closed"),
        pytest.param("x\0", id="a null character"),
        pytest.param("if x:\n\ty\n\0", id="a null character after a block"),
        pytest.param("'\ud800'", id="a surrogate"),
    ],
)
def test_what_python_refuses_is_one_finding(text: str) -> None:
    assert codes(text) == ["SYNTAX"]
    assert findings(text).startswith("model.py:")


@pytest.mark.parametrize(
    ("text", "help"),
    [
        pytest.param("x = f([1, 2]\ny = 3", "close the ( of line 1 with )", id="a call that goes on below"),
        pytest.param("x = {1: 2\ny = (3\n", "close the { of line 1 with }", id="the one that was open there"),
        pytest.param("x = f([1, 2)", "close the [ of line 1 with ]", id="one that another one crosses"),
        pytest.param("x = f(3))", "drop this ), or open it before", id="one that nothing opened"),
        pytest.param("\n\nx = (", "close the ( of line 3 with )", id="one at the end"),
        pytest.param("x = f('abc)", "", id="a string that is never closed"),
        pytest.param("x = f(1) 2", "", id="something else"),
    ],
)
def test_a_bracket_that_has_no_other_one_is_named(text: str, help: str) -> None:
    with pytest.raises(CompileError) as caught:
        compiled(text)
    assert [one.help for one in caught.value.diagnostics] == [help]


@pytest.mark.parametrize(
    ("text", "head", "carets"),
    [
        pytest.param("x = 1\nreturn 3\n", "model.py:2:1: ", "^~~~~~~~", id="over the statement"),
        pytest.param(
            "x = '日本', return\n", "model.py:1:11: ", "            ^~~~~~", id="after wide letters"
        ),
    ],
)
def test_where_python_refuses(text: str, head: str, carets: str) -> None:
    first_line, _, marks = findings(text).split("\n")
    assert first_line.startswith(head + "error HT001: the template does not parse: ")
    assert marks == f"      | {carets}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = '\\d'", id="a backslash that escapes nothing"),
        pytest.param("x = 1 is 1", id="an identity of numbers"),
        pytest.param("x = 1if y else 2", id="a number glued to a keyword"),
        pytest.param("assert (1, 'x')", id="an assertion that cannot fail"),
        pytest.param("x = (1)(2)", id="a number that is called"),
    ],
)
def test_what_python_only_warns_of_is_silent(text: str) -> None:
    assert parse(source(text))[1] == []


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        pytest.param("f({{uniform(0, 1)})", 2, id="one closing brace is missing"),
        pytest.param("f({{uniform(0, 1))", 2, id="both are missing before a parenthesis"),
        pytest.param("f({{uniform(0, 1)", 2, id="both are missing at the end of the file"),
        pytest.param("x = {{uniform(0, 1)\ny = 2\n", 4, id="the next statement follows"),
        pytest.param("x = {{uniform(0, 1)}\ny = 2\n", 4, id="the next statement follows one brace"),
        pytest.param("x = {'a': {{uniform(0, 1)}", 10, id="inside a dict"),
        pytest.param(
            "x = {'a': {{choice([1, 2])}, 'b': 1}",
            10,
            id="inside a dict with more entries",
        ),
        pytest.param("x = [{{choice([{'a': 1}])}]", 5, id="with a dict among its options"),
        pytest.param("x = {\n {uniform(0, 1)\n", 4, id="with its braces on two lines"),
        pytest.param("x = {{ hp.uniform(0, 1) }\n", 4, id="of a dotted name"),
        pytest.param("x = {{choice[1, 2]}\n", 4, id="with square brackets"),
        pytest.param("'é😀'; x = {{uniform(0, 1)}\n", 10, id="after letters of several bytes"),
        pytest.param("# a\rx = {{uniform(0, 1)}\r", 8, id="after a lone CR"),
        pytest.param("# a\r\nx = {{uniform(0, 1)}\r\n", 9, id="after CR LF"),
        pytest.param(
            "a = '}}'  # }}\nx = {{uniform(0, 1)}\n", 19, id="braces in strings and comments are text"
        ),
    ],
)
def test_a_marker_that_is_never_closed(text: str, opened: int) -> None:
    (finding,) = parse(source(text))[1]
    assert finding.code.name == "UNCLOSED_MARKER"
    assert finding.span is not None
    assert text[finding.span.start :].startswith("{")
    assert finding.span.start == opened
    assert text[finding.span.start : finding.span.end].split() in (["{{"], ["{", "{"])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = {{uniform(0, 1}}", id="the parenthesis is missing, not a brace"),
        pytest.param("x = {1: 2\ny = {{uniform(0, 1)}}", id="another brace is open"),
        pytest.param("x = {{1, 2}\n", id="a set that is no marker"),
        pytest.param("x = {{uniform(0, 1)}}\ny = (", id="a later parenthesis"),
        pytest.param(
            "x = '{{uniform(0, 1)}",
            id="a string that is never closed",
        ),
        pytest.param("'''{{uniform(0, 1)}", id="a long string that is never closed"),
        pytest.param("{{uniform(0, 1)}} }", id="a brace too many"),
        pytest.param("if 1:\n    x\n  {{uniform(0, 1)}", id="indentation that does not match"),
    ],
)
def test_other_brackets_are_python_s_own_finding(text: str) -> None:
    assert codes(text) == ["SYNTAX"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = " + "-" * 50_000 + "1", id="operators"),
        pytest.param("x = " + "+".join(["1"] * 50_000), id="a sum"),
        pytest.param("x = f" + "(1)" * 50_000, id="calls of calls"),
        pytest.param("x = " + "[" * 5000 + "]" * 5000, id="brackets"),
        pytest.param("x = " + "not " * 50_000 + "1", id="negations"),
    ],
)
def test_code_nested_too_deep_is_one_finding(text: str) -> None:
    # Pythons differ in what they say of it, and in how deep is too deep.
    assert codes(text) in (["TOO_DEEP"], ["SYNTAX"])


TOO_DEEP_TO_WALK = f"def model():\n    return {{{{choice([{' + '.join(['x'] * 1000)}, 2])}}}}\nx = 1\n"


def test_code_that_parses_but_is_too_deep_to_be_walked_is_one_finding() -> None:
    assert findings(TOO_DEEP_TO_WALK) == "model.py: error HT002: the code is nested too deep"


def test_explaining_code_that_is_too_deep_to_be_walked_is_one_finding() -> None:
    with pytest.raises(CompileError) as caught:
        explain(source(TOO_DEEP_TO_WALK))
    assert str(caught.value) == "model.py: error HT002: the code is nested too deep"
