from __future__ import annotations

import pytest

from hypertemplate.compiler.digest import digest, plain
from tests.compiler.support import compiled

TEXT = '''import os

WIDTH = 64


def data():
    x = [1,
         2]
    return x


def model(x):
    """Build it."""
    s = """a
# b

c"""
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
        pytest.param("WIDTH = 64\n", "", id="a statement less"),
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
    ("text", "expected"),
    [
        pytest.param("x = 1", "x = 1", id="nothing to take away"),
        pytest.param("x = (1,  # one\n     2)", "x = (1,\n     2)", id="a comment"),
        pytest.param("x = '#'  # hash", "x = '#'", id="a hash in a string"),
        pytest.param("def f():\n    # one\n    pass", "def f():\n    pass", id="a line of comment"),
        pytest.param("def f():\n\n    pass\n    \n    x", "def f():\n    pass\n    x", id="blank lines"),
        pytest.param("x = '''\n\n# a\n'''", "x = '''\n\n# a\n'''", id="a long string"),
        pytest.param("x = [\r\n\r1]", "x = [\n1]", id="mixed line ends"),
        pytest.param(
            "if 1:\n    \\\n  x = 1  # one",
            "if 1:\n    \\\n  x = 1",
            id="a backslash that sets the indentation",
        ),
        pytest.param("x = 1if y else 2  # so", "x = 1if y else 2", id="a number glued to a keyword"),
        pytest.param("x = '\u2028\x0c'  # \u2028", "x = '\u2028\x0c'", id="other separators end no line"),
    ],
)
def test_the_text_without_comments_and_blank_lines(text: str, expected: str) -> None:
    assert plain(text) == expected
