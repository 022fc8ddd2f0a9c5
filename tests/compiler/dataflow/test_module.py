from __future__ import annotations

import ast

import pytest

from hypertemplate.compiler.dataflow.module import immediate_calls
from hypertemplate.compiler.syntax.statements import is_main_guard
from tests.compiler.support import module, tree


def calls(text: str) -> list[str]:
    """The calls that run when the one statement of a text does, sorted."""
    (statement,) = module(text).statements
    return sorted(ast.unparse(call) for call in immediate_calls(statement))


def test_statements_of_all_parts_are_numbered_in_order() -> None:
    built = module("a = 1\nb = a", "c = b; d = 2")
    assert [(one.number, one.tree.part, ast.unparse(one.node)) for one in built.statements] == [
        (0, 0, "a = 1"),
        (1, 0, "b = a"),
        (2, 1, "c = b"),
        (3, 1, "d = 2"),
    ]
    assert [built.binders["c"], built.users["b"]] == [[built.statements[2]], [built.statements[2]]]


@pytest.mark.parametrize(
    ("text", "functions", "nested"),
    [
        pytest.param("def f(): pass\nasync def g(): pass", "f g", "", id="functions and coroutines"),
        pytest.param("if x:\n    def f(): pass\nelse:\n    def f(): pass", "f f", "", id="branches of an if"),
        pytest.param("try:\n    def f(): pass\nexcept E:\n    def f(): pass", "f f", "", id="of a try"),
        pytest.param("with x:\n    for i in y:\n        def f(): pass", "f", "", id="in blocks"),
        pytest.param("match x:\n    case 1:\n        def f(): pass", "f", "", id="in a match"),
        pytest.param(
            "def f():\n    def g():\n        def h(): pass", "f", "g h", id="functions of functions"
        ),
        pytest.param(
            "class A:\n    def f(self): pass\n    class B:\n        def g(self): pass",
            "",
            "f g",
            id="methods",
        ),
        pytest.param(
            "def f(): pass\nclass A:\n    def f(self): pass", "f", "", id="a method of the same name"
        ),
        pytest.param("f = lambda: 1", "", "", id="lambdas are values"),
    ],
)
def test_functions_of_the_module_and_of_others(text: str, functions: str, nested: str) -> None:
    built = module(text)
    assert [one.name for found in built.functions.values() for one in found] == functions.split()
    assert sorted(built.nested) == nested.split()


def test_the_last_definition_of_a_function_counts() -> None:
    built = module("def f(): return 1\ndef f(): return 2")
    last = built.function("f")
    assert last is not None
    assert last.node.lineno == 2
    assert built.function("g") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("def model(): pass", "model", id="after def"),
        pytest.param("async  def \\\n  model(): pass", "model", id="after async def and a backslash"),
        pytest.param("@deco('def x')\n@b\ndef\tmodel(): pass", "model", id="after decorators"),
        pytest.param("'é'; \ndef größe(): pass", "größe", id="a name that is not ASCII"),
        pytest.param("if x:\n    def model(): pass", "model", id="in a branch"),
    ],
)
def test_where_the_name_of_a_function_stands(text: str, name: str) -> None:
    function = module(text).function(name)
    assert function is not None
    assert text[function.span.start : function.span.end] == name


@pytest.mark.parametrize(
    ("text", "expression", "path"),
    [
        pytest.param("import numpy as np", "np.random.seed", "numpy.random.seed", id="under another name"),
        pytest.param("import os.path", "os.path.join", "os.path.join", id="of a package"),
        pytest.param("import os.path as p", "p.join", "os.path.join", id="of a module under another name"),
        pytest.param("from keras import layers", "layers.Dense", "keras.layers.Dense", id="from a package"),
        pytest.param(
            "from keras.layers import Dense as D", "D", "keras.layers.Dense", id="a name under another"
        ),
        pytest.param("def f():\n    import numpy as np", "np.array", "numpy.array", id="inside a function"),
        pytest.param("import numpy", "np.array", None, id="a name that no import binds"),
        pytest.param("from . import layers", "layers.Dense", None, id="from beside the template"),
        pytest.param("import numpy as np", "np().x", None, id="an attribute of a call"),
        pytest.param("import numpy as np", "np[0]", None, id="an item"),
        pytest.param("from keras.layers import *", "Dense", None, id="what a star import may bind"),
    ],
)
def test_the_full_path_of_a_name(text: str, expression: str, path: str | None) -> None:
    assert module(text).dotted(ast.parse(expression, mode="eval").body) == path


def test_the_modules_of_star_imports() -> None:
    built = module("from keras.layers import *\nfrom . import *\ndef f():\n    pass\nfrom numpy import *")
    assert built.stars == ["keras.layers", "numpy"]


def test_what_a_star_import_of_ours_binds_is_known() -> None:
    (statement,) = module("from hyperas.distributions import *").statements
    assert {"uniform", "conditional"} <= statement.names.binds
    assert not statement.names.star


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("f(g(x))", ["f(g(x))", "g(x)"], id="a call in a call"),
        pytest.param("x = [f(y) for y in g()]", ["f(y)", "g()"], id="in a comprehension"),
        pytest.param("if f():\n    for x in g():\n        h()", ["f()", "g()", "h()"], id="in blocks"),
        pytest.param("def f(a=g()):\n    h()", ["g()"], id="a default, not the body"),
        pytest.param("@f(1)\nasync def g(): h()", ["f(1)"], id="a decorator"),
        pytest.param(
            "class A(f()):\n    x = g()\n    def m(self, a=h()): k()",
            ["f()", "g()", "h()"],
            id="a class body",
        ),
        pytest.param("x = lambda: f()", [], id="not a lambda's body"),
        pytest.param("x = f(lambda a: g())", ["f(lambda a: g())"], id="a lambda as an argument"),
    ],
)
def test_the_calls_that_run_at_once(text: str, found: list[str]) -> None:
    assert calls(text) == found


@pytest.mark.parametrize("text", ["def f(*, a=g()): pass", "x = lambda a=g(): a"])
def test_every_default_runs_at_once(text: str) -> None:
    assert calls(text) == ["g()"]


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        pytest.param("if __name__ == '__main__': pass", True, id="as people write it"),
        pytest.param('if "__main__" == __name__: pass', True, id="the other way round"),
        pytest.param("if (__name__ == '__main__'): pass", True, id="in parentheses"),
        pytest.param("if __name__ != '__main__': pass", False, id="the opposite"),
        pytest.param("if __name__ == 'model': pass", False, id="another name"),
        pytest.param("if name == '__main__': pass", False, id="another variable"),
        pytest.param("if __name__: pass", False, id="no comparison"),
        pytest.param("if x:\n    if __name__ == '__main__': pass", False, id="further in"),
        pytest.param("while __name__ == '__main__': pass", False, id="a loop"),
    ],
)
def test_the_main_part(text: str, guard: bool) -> None:
    assert is_main_guard(tree(text).module.body[0]) is guard
