from __future__ import annotations

import pytest

from hypertemplate.compiler.emit.fingerprint import digest, tokens
from tests.compiler.support import compiled

TEXT = '''import os

WIDTH = 64


def data():
    x = [1,
         2]
    x.sort()
    return x


def model(x):
    """Build it."""
    s = """a
# b

c""" * len(os.sep) * WIDTH
    return {{uniform(0, 1)}}
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("WIDTH = 64", "WIDTH = 64  # units", id="a comment after a statement"),
        pytest.param("    x = [1,", "    # numbers\n    x = [1,", id="a comment on its own line"),
        pytest.param("[1,\n", "[1,  # one\n", id="a comment inside brackets"),
        pytest.param("[1,\n", "[1,\n\n  # two\n\n", id="blank and comment lines inside brackets"),
        pytest.param("    return x", "\n   \n    return x", id="blank lines in a function"),
        pytest.param("import os\n", "\n\n# why\nimport os\n\n\n\n", id="blank lines between statements"),
        pytest.param(
            "[1,\n         2]", "[\n        1,\n        2,\n    ]", id="other lines inside brackets"
        ),
        pytest.param("    ", "  ", id="another indentation"),
        pytest.param("WIDTH = 64", "WIDTH   =\\\n  64", id="spaces, and a line that is continued"),
        pytest.param("uniform(0, 1)", " uniform( 0,1 ) ", id="spaces inside a marker"),
        pytest.param("uniform(0, 1)", "\n        uniform(\n 0,\n 1,\n)\n    ", id="a marker over many lines"),
        pytest.param('"""Build it."""', "'Build it.'", id="other quotes"),
        pytest.param("\n", "\r\n", id="line ends of Windows"),
        pytest.param("\n", "\r", id="line ends of the old Macintosh"),
        pytest.param(
            "import os\n", "import os\nfrom hyperas import optim\n", id="an import that is left out"
        ),
        pytest.param(
            "import os\n", "import os\nif __name__ == '__main__':\n    print(1)\n", id="the __main__ part"
        ),
    ],
)
def test_the_digest_stays_where_nothing_changes_that_runs(old: str, new: str) -> None:
    assert old in TEXT
    assert compiled(TEXT.replace(old, new)).digest == compiled(TEXT).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("64", "65", id="a constant"),
        pytest.param("uniform(0, 1)", "uniform(0, 2)", id="a bound"),
        pytest.param("# b", "# B", id="a line of a string that looks like a comment"),
        pytest.param("# b\n\n", "# b\n", id="a blank line of a string"),
        pytest.param("import os", "import os, sys", id="an import"),
        pytest.param("    return x\n", "    if x:\n        pass\n    return x\n", id="a block more"),
        pytest.param("Build it", "Build  it", id="a space of a string"),
        pytest.param("    x.sort()\n", "", id="a statement less"),
    ],
)
def test_the_digest_changes_with_what_runs(old: str, new: str) -> None:
    assert old in TEXT
    assert compiled(TEXT.replace(old, new)).digest != compiled(TEXT).digest


def test_the_digest_changes_with_the_choice_of_the_model() -> None:
    text = "def one():\n    return {{uniform(0, 1)}}\ndef two():\n    return {{uniform(0, 1)}}\n"
    assert compiled(text, model="one").digest != compiled(text, model="two").digest


def test_texts_and_names_do_not_run_together() -> None:
    assert digest(["a", "b"], []) != digest(["ab"], [])
    assert digest(["a"], ["b"]) != digest(["ab"], [])


def test_a_digest_is_sha_256_in_hexadecimal() -> None:
    assert digest([], []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("f(a, b)", "f(\n  a,  # one\n  b,\n)", id="a call"),
        pytest.param("f(a)", "f(a,)", id="a call with one argument"),
        pytest.param("f()(a)", "f()(a,)", id="a call of a call"),
        pytest.param("x = (a, b)", "x = (a, b,)", id="a tuple of two"),
        pytest.param("x = [a]", "x = [a,]", id="a list"),
        pytest.param("x = {a}", "x = {a,}", id="a set"),
        pytest.param("x[a, b]", "x[a, b,]", id="two indices"),
        pytest.param("def f(a): pass", "def f(a,): pass", id="a definition"),
        pytest.param("if a:\n    b\nc", "if a:\n  b\n# c\nc", id="blocks"),
        pytest.param("if 1:\n    \\\n  x = 1  # one", "if 1:\n    x = 1", id="a backslash that indents"),
        pytest.param("x = 'a\\x41'", 'x = "aA"', id="two spellings of a string"),
        pytest.param("x = b'a'", 'x = b"a"', id="bytes"),
        pytest.param("x = 1if y else 2", "x = 1 if y else 2", id="a number glued to a keyword"),
    ],
)
def test_texts_that_say_the_same(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("x = (a)", "x = (a,)", id="a tuple of one"),
        pytest.param("return (a)", "return (a,)", id="a tuple after a keyword"),
        pytest.param("x[a]", "x[a,]", id="an index that is a tuple"),
        pytest.param("x = (lambda a, b: 0)", "x = (lambda a, b: 0,)", id="a tuple of a function"),
        pytest.param("a, = b", "a = b", id="a comma outside brackets"),
        pytest.param("x = lambda a, b: 0", "x = lambda a: 0", id="a function outside brackets"),
        pytest.param("x = f'{a} '", "x = f'{a}'", id="a space of a formatted string"),
        pytest.param("x = f'{a}'", "x = '{a}'", id="a formatted string"),
        pytest.param('x = f"""{a}\n"""', 'x = f"""{a}"""', id="a line of a formatted string"),
        pytest.param("x = r'\\n'", "x = '\\n'", id="a raw string"),
        pytest.param("x = b'a'", "x = 'a'", id="bytes and text"),
        pytest.param("x = 1\ny = 2", "x = 1; y = 2", id="lines and semicolons"),
        pytest.param("if a:\n  b\nc", "if a:\n  b\n  c", id="a statement of a block"),
        pytest.param("x = '\u2028'", "x = '\x0c'", id="other separators"),
    ],
)
def test_texts_that_do_not(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)
