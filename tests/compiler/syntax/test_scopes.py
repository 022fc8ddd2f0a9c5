from __future__ import annotations

import ast
import sys
import textwrap

import pytest

from hypertemplate.compiler.syntax.scopes import Names, bound_names, names_of


def names(text: str, *, lazy: bool = False) -> Names:
    """The names of a text's one statement."""
    (statement,) = ast.parse(textwrap.dedent(text)).body
    return names_of(statement, lazy_annotations=lazy)


def later(found: Names) -> set[str]:
    """The names that are read only when a function is called."""
    return {use.name for use in found.uses} - found.immediately


@pytest.mark.parametrize(
    ("text", "binds"),
    [
        pytest.param("x = y", "x", id="an assignment"),
        pytest.param(
            "a, (b, *c), d.e, f[0] = y", "a b c", id="names inside targets, not attributes or items"
        ),
        pytest.param("a = b = y", "a b", id="several targets"),
        pytest.param("x: int = 1", "x", id="an annotated assignment"),
        pytest.param("x += 1", "x", id="an augmented assignment"),
        pytest.param("del x, y.z", "x", id="a deletion"),
        pytest.param("import a.b.c, d as e, f.g as h", "a e h", id="imports"),
        pytest.param("from a import b, c as d", "b d", id="imports of names"),
        pytest.param("from a import *", "", id="a star import binds what cannot be known"),
        pytest.param("def f(a, /, b, *c, d=1, **e): g = 1", "f", id="a function, not its parameters"),
        pytest.param("async def f(): g = 1", "f", id="a coroutine"),
        pytest.param("class A(B):\n    x = 1\n    def f(self): pass", "A", id="a class, not its attributes"),
        pytest.param("f = lambda a: a", "f", id="a lambda's parameters are its own"),
        pytest.param("for i, (j, k) in x: m = 1", "i j k m", id="a loop"),
        pytest.param("with a as b, c as (d, e): f = 1", "b d e f", id="a with statement"),
        pytest.param(
            "try:\n    a = 1\nexcept E as e:\n    b = 1\nelse:\n    c = 1\nfinally:\n    d = 1",
            "a b c d e",
            id="every branch of a try",
        ),
        pytest.param(
            "if x:\n    a = 1\nelif y:\n    b = 1\nelse:\n    c = 1", "a b c", id="branches of an if"
        ),
        pytest.param("while x:\n    a = 1\nelse:\n    b = 1", "a b", id="a while with its else"),
        pytest.param("y = [x for x in z]", "y", id="a comprehension's variable is its own"),
        pytest.param("y = [x for a in z if (x := a)]", "x y", id="a walrus in a comprehension binds outside"),
        pytest.param("print(n := 3)", "n", id="a walrus"),
        pytest.param("f = lambda: (n := 3)", "f", id="a walrus in a lambda is the lambda's"),
        pytest.param(
            "match x:\n    case [a, *b] | {'k': a, **b}: pass\n    case C(d, e=f) as g: pass\n    case _: h = 1",
            "a b d f g h",
            id="patterns",
        ),
        pytest.param("def f():\n    global g\n    g = 1", "f", id="a global is bound by the call"),
    ],
)
def test_what_a_statement_binds(text: str, binds: str) -> None:
    assert names(text).binds == set(binds.split())


@pytest.mark.parametrize(
    ("text", "now", "on_call"),
    [
        pytest.param("x = y + z.w[v]", "v y z", "", id="an expression"),
        pytest.param("x.y = z", "x z", "", id="the base of an attribute that is assigned"),
        pytest.param("x[i] = z", "i x z", "", id="the base and index of an item that is assigned"),
        pytest.param("x += y", "x y", "", id="an augmented assignment reads its target"),
        pytest.param("x: T = y", "T y", "", id="an annotation"),
        pytest.param(
            "def f(a: T = d, *b: U, c=e, **k: V) -> R: return g", "R T U V d e", "g", id="a signature"
        ),
        pytest.param("@deco(x)\ndef f(): pass", "deco x", "", id="a decorator"),
        pytest.param("@deco\nclass A(B, metaclass=M): x = y", "B M deco y", "", id="a class and its body"),
        pytest.param("class A:\n    def f(self): return y", "", "y", id="a method"),
        pytest.param("f = lambda a=d: a + b", "d", "b", id="a lambda"),
        pytest.param(
            "def f():\n    def g(): return x\n    y = 1\n    return y", "", "x", id="a nested function"
        ),
        pytest.param(
            "def f():\n    x = 1\n    def g(): return x", "", "", id="a variable of the outer function"
        ),
        pytest.param(
            "def f():\n    class A:\n        y = x\n    return A", "", "x", id="a class in a function"
        ),
        pytest.param("y = [x + k for x in z if x > m]", "k m z", "", id="a comprehension"),
        pytest.param("y = [b for a in z for b in a.b(w)]", "w z", "", id="a second loop in a comprehension"),
        pytest.param("y = {x: x for x in z}", "z", "", id="a dict comprehension"),
        pytest.param("y = {x for x in x}", "x", "", id="the first iterable is read outside"),
        pytest.param("y = (x for x in z)", "z", "", id="a generator"),
        pytest.param("for i in x: print(i, y)", "i print x y", "", id="a loop reads its own variable"),
        pytest.param("def f():\n    global g\n    g += 1", "", "g", id="a global"),
        pytest.param(
            "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n        return x",
            "",
            "",
            id="a nonlocal",
        ),
        pytest.param(
            "def f():\n    def g():\n        global x\n        return x\n    x = 1",
            "",
            "x",
            id="a global past a local",
        ),
        pytest.param(
            "match x:\n    case C(a=E.F): pass\n    case [g] if g > y: pass",
            "C E g x y",
            "",
            id="patterns and guards",
        ),
        pytest.param("with a() as b: c", "a c", "", id="a with statement"),
        pytest.param("raise E(x) from y", "E x y", "", id="a raise"),
        pytest.param("try: x\nexcept (E, F) as e: y", "E F x y", "", id="a try and its handlers"),
        pytest.param("f'{x} {y!r:>{z}}'", "x y z", "", id="an f-string"),
        pytest.param("import x", "", "", id="an import reads nothing"),
        pytest.param("def f(x): return x", "", "", id="a parameter"),
        pytest.param("def f(*a, **k): return a, k", "", "", id="star parameters"),
        pytest.param(
            "async def f():\n    async with a as b:\n        await c(b)\n    return [x async for x in d]",
            "",
            "a c d",
            id="a coroutine",
        ),
        pytest.param("def f():\n    import os.path\n    return os", "", "", id="an import inside a function"),
        pytest.param(
            "def f():\n    try: pass\n    except E as e: return e", "", "E", id="a caught exception"
        ),
        pytest.param(
            "def f(x):\n    match x:\n        case {'a': y, **z}: return y, z",
            "",
            "",
            id="names bound by a pattern",
        ),
        pytest.param("def f():\n    return [y := 1, y]", "", "", id="a walrus in a function"),
        pytest.param(
            "def f(z):\n    return [y for x in z if (y := x)], y", "", "", id="a walrus in its comprehension"
        ),
    ],
)
def test_what_a_statement_reads_at_once_and_on_a_call(text: str, now: str, on_call: str) -> None:
    found = names(text)
    assert (found.immediately, later(found)) == (set(now.split()), set(on_call.split()))
    assert found.everywhere == found.immediately | later(found)


@pytest.mark.parametrize(
    ("text", "now"),
    [
        pytest.param("x: T = y", "y", id="of a variable"),
        pytest.param("x: T", "", id="without a value"),
        pytest.param("def f(a: T = d) -> R: pass", "d", id="of a function"),
        pytest.param("class A:\n    x: T = y", "y", id="in a class body"),
    ],
)
def test_annotations_under_the_future_import_read_nothing(text: str, now: str) -> None:
    assert names(text, lazy=True).immediately == set(now.split())


def test_a_class_body_may_read_the_module_s_name_before_it_binds_its_own() -> None:
    found = names("class A:\n    x = x\n    y = [x for _ in z]\n    def f(self): return w")
    assert found.maybe == {"x"}
    # Comprehensions and functions do not see the names of the class body.
    assert (found.immediately, later(found)) == ({"x", "z"}, {"w"})


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        pytest.param("def f():\n    global g, h\n    g = 1", "g", id="only what it binds"),
        pytest.param(
            "def f():\n    def k():\n        global g\n        del g", "g", id="in a nested function"
        ),
        pytest.param("def f():\n    global g\n    import g", "g", id="by an import"),
        pytest.param("def f():\n    g = 1", "", id="not a local variable"),
        pytest.param("global g\ng = 1", "", id="not at the top level"),
    ],
)
def test_what_calling_a_function_may_bind(text: str, declared: str) -> None:
    found = [names_of(statement) for statement in ast.parse(text).body]
    assert set().union(*(one.declares for one in found)) == set(declared.split())


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        pytest.param("try: x\nexcept NameError: pass", True, id="a NameError"),
        pytest.param("try: x\nexcept (KeyError, NameError): pass", True, id="a NameError among others"),
        pytest.param("try: x\nexcept Exception: pass", True, id="any exception"),
        pytest.param("try: x\nexcept BaseException: pass", True, id="every exception"),
        pytest.param("try: x\nexcept: pass", True, id="everything"),
        pytest.param("try:\n    with y: x\nexcept NameError: pass", True, id="around more"),
        pytest.param(
            "try:\n    try: x\n    except KeyError: pass\nexcept NameError: pass", True, id="further out"
        ),
        pytest.param("try:\n    f = lambda: x\nexcept NameError: pass", True, id="around a lambda"),
        pytest.param("try:\n    def f(): x\nexcept NameError: pass", True, id="around a function"),
        pytest.param("try:\n    class A: x\nexcept NameError: pass", True, id="around a class"),
        pytest.param("try:\n    [x for _ in ()]\nexcept NameError: pass", True, id="around a comprehension"),
        pytest.param("try: x\nexcept KeyError: pass", False, id="another exception"),
        pytest.param("try: x\nfinally: pass", False, id="nothing"),
        pytest.param("try: pass\nexcept NameError: x", False, id="in the handler"),
        pytest.param("try: pass\nexcept NameError: pass\nelse: x", False, id="in the else"),
        pytest.param("try: pass\nexcept NameError: pass\nfinally: x", False, id="in the finally"),
    ],
)
def test_a_name_inside_a_try_that_catches(text: str, guarded: bool) -> None:
    (use,) = [use for use in names(text).uses if use.name == "x"]
    assert use.guarded is guarded


@pytest.mark.parametrize(
    ("text", "immediately", "later"),
    [
        pytest.param("t.query('a > @x')", "x", "", id="a query"),
        pytest.param("t.query(f'a > @x + {y}')", "x y", "", id="a query in which something is filled in"),
        pytest.param("t.query('a > x')", "", "", id="a column of a query"),
        pytest.param("t.eval('b = a * @x')", "a b x", "", id="an assignment"),
        pytest.param("t.eval('b = @x', inplace=z)", "b x z", "", id="an assignment with an option"),
        pytest.param("t.eval('@x +')", "x", "", id="a part of an expression"),
        pytest.param("pd.eval('x + y')", "pd x y", "", id="an expression"),
        pytest.param("ne.evaluate('x * 2')", "ne x", "", id="an expression of numexpr"),
        pytest.param("def f(): return t.query('a > @x')", "", "x", id="a query in a function"),
        pytest.param("rule = 'a > @x'", "", "x", id="a text with a name of its own"),
        pytest.param("rule = 'a > x'", "", "", id="a text without such names"),
        pytest.param("m.evaluate(x)", "m x", "", id="anything but a text"),
    ],
)
def test_the_names_in_texts_that_libraries_evaluate(text: str, immediately: str, later: str) -> None:
    found = names(text)
    assert found.immediately - {"t"} == {*immediately.split()}
    assert found.deferred - {"t"} == {*later.split()}


@pytest.mark.parametrize(
    ("text", "star", "dynamic"),
    [
        pytest.param("from a import *", True, False, id="a star import"),
        pytest.param("if x:\n    from a import *", True, False, id="a star import in a branch"),
        pytest.param("exec(code)", False, True, id="exec"),
        pytest.param("globals()['a'] = 1", False, True, id="globals"),
        pytest.param("def f(): vars()['a'] = 1", False, True, id="vars, in a function"),
        pytest.param("x = eval(code)", False, False, id="eval binds nothing"),
    ],
)
def test_what_may_define_anything(text: str, star: bool, dynamic: bool) -> None:
    found = names(text)
    assert (found.star, found.dynamic) == (star, dynamic)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        pytest.param(
            "def f(a, /, b, *c, d=1, **e):\n    g = 1\n    import h\n    def i(): j = 1",
            "a b c d e g h i",
            id="a function",
        ),
        pytest.param("async def f(a): b = 1", "a b", id="a coroutine"),
        pytest.param(
            "@deco(lambda z: z)\ndef f(a=lambda y: y): b = 1", "a b", id="not its decorators and defaults"
        ),
        pytest.param("def f():\n    global g\n    g = h = 1", "h", id="without its globals"),
        pytest.param("lambda a, *b: (c := a)", "a b c", id="a lambda"),
        pytest.param("class A(B):\n    x = 1\n    def f(self): pass", "f x", id="a class"),
        pytest.param("[x for x, y in z for w in x]", "w x y", id="a comprehension"),
        pytest.param("{k: v for k, v in z}", "k v", id="a dict comprehension"),
    ],
)
def test_the_names_of_a_scope_of_its_own(text: str, bound: str) -> None:
    (statement,) = ast.parse(text).body
    node = statement.value if isinstance(statement, ast.Expr) else statement
    assert bound_names(node) == set(bound.split())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("def f[T](x: T) -> T: return x", "", id="in a signature"),
        pytest.param("class A[T](B[T]):\n    def f(self) -> T: ...", "B", id="in bases and methods"),
        pytest.param("type X[T] = list[T]", "list", id="in an alias"),
    ],
)
def test_type_parameters_are_no_names_of_the_module(text: str, read: str) -> None:
    assert names(text).everywhere == set(read.split())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_type_parameters_are_seen_in_bodies() -> None:
    assert names("def f[T](x):\n    y: T = x\n    return T").everywhere == set()
    assert names("class A[T]:\n    x = T").everywhere == set()


@pytest.mark.skipif(sys.version_info < (3, 11), reason="except* came with Python 3.11")
def test_exception_groups_are_caught_by_name() -> None:
    found = names("try: x\nexcept* E as e: y")
    assert (found.binds, found.immediately) == ({"e"}, {"E", "x", "y"})
