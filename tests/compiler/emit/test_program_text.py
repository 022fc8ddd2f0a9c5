from __future__ import annotations

import contextlib
import io
import sys

import pytest

from hypertemplate.compiler.emit.program_text import render_program
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from tests.compiler.support import compiled


def printed(text: str) -> str:
    """What ``python program.py`` prints for a template."""
    code = compile(render_program(compiled(text)), "program.py", "exec", dont_inherit=True)
    path, out = list(sys.path), io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            exec(code, {"__name__": "__main__"})
    finally:
        sys.path[:] = path
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "output"),
    [
        pytest.param("def model():\n    return {{uniform(0, 1)}}\n", "0.5\n", id="without data"),
        pytest.param(
            "def data():\n    return 1, 2\ndef model(x, y):\n    return x, y, {{choice(['a', 'b'])}}\n",
            "(1, 2, 'a')\n",
            id="joined by position",
        ),
        pytest.param(
            "def data():\n    x, y = 1, 2\n    return x, y\ndef model(y, x):\n    return x, y, {{choice(['a', 'b'])}}\n",
            "(1, 2, 'a')\n",
            id="joined by name",
        ),
        pytest.param(
            "def data():\n    return {'y': 2, 'x': 1}\ndef model(x, /, y):\n    return x, y, {{uniform(0, 1)}}\n",
            "(1, 2, 0.5)\n",
            id="joined by the keys of a dict",
        ),
        pytest.param(
            "def data():\n    return object\ndef model(x):\n    return x is object, {{uniform(0, 1)}}\n",
            "(True, 0.5)\n",
            id="joined as one object",
        ),
        pytest.param(
            "HIGH = 8\nSIZES = [4, 5]\ndef model():\n    return {{uniform(0, HIGH)}}, {{choice(SIZES)}}, {{quniform(0, HIGH, 2)}}\n",
            "(4.0, 4, 4)\n",
            id="bounds and lists of the module",
        ),
        pytest.param(
            "'''Doc.'''\nfrom __future__ import annotations\ndef f(x: Nowhere): return f.__annotations__\n"
            "def model():\n    return f(1), {{uniform(0, 1)}}\n",
            "({'x': 'Nowhere'}, 0.5)\n",
            id="with the future of the file",
        ),
        pytest.param(
            "def model():\n    return '{{ 1 + 1 }} {% if %} {# #}', {{uniform(0, 1)}}\n",
            "('{{ 1 + 1 }} {% if %} {# #}', 0.5)\n",
            id="text that jinja2 would evaluate",
        ),
        pytest.param(
            "import random; random.seed(1); A = 2\ndef model(): return A, {{uniform(0, 1)}}\n",
            "(2, 0.5)\n",
            id="several statements of one line",
        ),
        pytest.param(
            "def model():\n\treturn {{choice([[1,\n2], 3])}}\n",
            "[1, 2]\n",
            id="tabs and a marker of two lines",
        ),
        pytest.param(
            "def model():\r    x = '''a\r\nb'''\r\n    return x, {{uniform(0, 1)}}\r",
            "('a\\nb', 0.5)\n",
            id="mixed line ends",
        ),
        pytest.param(
            'def model():\n    return {{choice([1, 2], name="it\'s \\\\ \\"")}}\n',
            "1\n",
            id="a label with quotes",
        ),
        pytest.param(
            "def model():\n    return {{pchoice([(0.5, [1]), (0.5, 2)])}}, {{choice([uniform(0, 1), 3])}}\n",
            "([1], 0.5)\n",
            id="inner distributions",
        ),
        pytest.param(
            "if __name__ == '__main__':\n    rate = {{uniform(0, 1)}}\n    if rate:\n        print(rate)\n",
            "0.5\n",
            id="a script with a main part",
        ),
    ],
)
def test_the_program_runs_one_trial_with_default_values(text: str, output: str) -> None:
    assert printed(text) == output


def test_what_the_program_looks_like() -> None:
    text = '''"""A template."""
from __future__ import annotations
from hyperas import optim

WIDTH = 8  # of a layer


def data():
    return 1, 2


def model(x, y):
    return {{choice([x, y])}} * {{uniform(0, WIDTH)}}


if __name__ == "__main__":
    optim.minimize(model, data)
'''
    program = compile_source(Source((Part("file", "model.py", text),), "/home/me/model.py"))
    head, _, statements = render_program(program).partition("# model.py\n")
    assert head.startswith(
        "from __future__ import annotations\n\n# The program that hypertemplate made of model.py,"
    )
    assert "_ht_sys.path.insert(0, '/home/me')\n__file__ = '/home/me/model.py'\n" in head
    assert "        'choice': 0,\n" in head
    kept, _, last = statements.partition('if __name__ == "__main__":\n')
    assert (
        kept
        == '''
"""A template."""

WIDTH = 8

def data():
    return 1, 2

def model(x, y):
    return (x if _ht_['choice'] == 0 else y) * (_ht_['uniform'])


'''
    )
    assert "model" in last


def test_every_part_has_a_heading() -> None:
    rendered = render_program(compiled("x = 1\n", "def model():\n    return x, {{uniform(0, 1)}}\n"))
    assert rendered.index("# model.py\n\nx = 1\n") < rendered.index("# part1.py\n\ndef model():\n")


def test_a_file_name_with_a_line_end_does_not_leave_its_comment() -> None:
    source = Source(
        (Part("file", "a b.py", "def model():\n    return {{uniform(0, 1)}}\n"),), "/tmp/a\nraise.py"
    )
    compile(render_program(compile_source(source)), "program.py", "exec")


def test_a_bound_that_names_what_it_computes() -> None:
    assert printed("def model():\n    return {{uniform(0, (high := 8))}}\n") == "4.0\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "def data():\n    n = 10\n    return 1, 2\ndef model(a, b):\n    return n + a + b + {{uniform(0, 1)}}\n",
            "13.5\n",
            id="a local variable beside what data returns",
        ),
        pytest.param(
            "def data():\n    n = 10\ndef model():\n    return n + {{uniform(0, 1)}}\n",
            "10.5\n",
            id="a local variable of data that returns nothing",
        ),
        pytest.param(
            "def model():\n    x = {{choice(['a', 'b'])}}, {{choice([uniform(0, 1), 2])}}, {{choice([len, 3])}}\n"
            "    return space\n",
            "{'x': 'a', 'x_1': 0.5, 'x_1.0': 0.5, 'x_2': 'len'}\n",
            id="the space that Hyperas leaked",
        ),
    ],
)
def test_what_hyperas_put_in_reach(text: str, said: str) -> None:
    assert printed(text) == said
