from __future__ import annotations

import pytest

from tests.compiler.support import MODEL, SCRIPT, codes, findings

U = "{{uniform(0, 1)}}"


def in_model(*lines: str) -> str:
    """A model with these lines, and a marker."""
    body = "".join(f"    {line}\n" for line in lines)
    return f"def model():\n{body}    return {U}\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            in_model("print(__name__, __file__, __doc__, len)"), id="the names of every module and of Python"
        ),
        pytest.param(in_model("return X") + "X = 1\n", id="a name that stands below"),
        pytest.param(in_model("x = 1", "return x"), id="a local variable"),
        pytest.param(in_model("y") + "if 1:\n    y = 1\n", id="a name of a branch"),
        pytest.param(
            in_model("y") + "def f():\n    global y\n    y = 1\n", id="a global of another function"
        ),
        pytest.param(in_model("y") + "for y in (1, 2): pass\n", id="a loop's variable"),
        pytest.param(in_model("y") + "with open('a') as y: pass\n", id="a context's name"),
        pytest.param(
            in_model("y") + "try: pass\nexcept E as y: pass\n".replace("E", "KeyError"),
            id="an exception's name",
        ),
        pytest.param(in_model("y") + "import y.z\n", id="an imported package"),
        pytest.param(in_model("y") + "from z import *\n", id="anything under a star import"),
        pytest.param(in_model("y") + "exec('y = 1')\n", id="anything under exec"),
        pytest.param(
            in_model("y") + "def f():\n    global y\n    class y: pass\n    y()\n", id="a class for all"
        ),
        pytest.param(
            in_model("y") + "def f():\n    global y\n    def y(): pass\n    y()\n", id="a function for all"
        ),
        pytest.param(
            in_model("y") + "def f():\n    global y\n    import os as y\n    y.curdir\n",
            id="an import for all",
        ),
        pytest.param(in_model("y") + "globals().update(y=1)\n", id="anything under globals"),
        pytest.param(
            "import sys\nsetattr(sys.modules[__name__], 'y', 1)\n" + in_model("y"), id="set on the module"
        ),
        pytest.param(
            "import sys\nthis = sys.modules[__name__]\nthis.y = 1\n" + in_model("y"),
            id="on another name of it",
        ),
        pytest.param("import builtins\nbuiltins.y = 1\n" + in_model("y"), id="of the builtins"),
        pytest.param("import builtins as b\nsetattr(b, 'y', 1)\n" + in_model("y"), id="set on the builtins"),
        pytest.param(
            "from builtins import setattr as put\nput(__builtins__, 'y', 1)\n" + in_model("y"),
            id="through a function of theirs",
        ),
        pytest.param("def unused(): return y\n" + MODEL, id="in a function that nothing reaches"),
        pytest.param("class A:\n    def f(self): return y\n" + MODEL, id="in a class that nothing reaches"),
        pytest.param("try: y\nexcept NameError: y = 1\n" + MODEL, id="in a try that binds it"),
        pytest.param("try: y\nexcept NameError: pass\n" + MODEL, id="in a try that catches a NameError"),
        pytest.param(in_model("try: y", "except Exception: pass"), id="in a try of the model"),
        pytest.param(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\ndef f(x: 'B'): pass\n"
            + MODEL,
            id="under TYPE_CHECKING",
        ),
        pytest.param(
            "from __future__ import annotations\ndef f(x: B) -> C: pass\ny: D = 1\n" + MODEL,
            id="in annotations that are not evaluated",
        ),
        pytest.param(
            "from hyperas.distributions import *\ndef model():\n    return conditional({{uniform(0, 1)}})\n",
            id="a name of a star import of ours",
        ),
        pytest.param("if __name__ == '__main__':\n    print(y)\n" + MODEL, id="in the __main__ part"),
        pytest.param("optim.minimize(model, trials=y)\n" + MODEL, id="in a call of minimize"),
        pytest.param(
            "class A:\n    x = 1\n    y = [x]\n    z = __qualname__, __module__\n    def f(self): return __class__\n"
            + in_model("A"),
            id="names of a class body",
        ),
        pytest.param(
            "def model(x=0):\n    return {{choice([uniform(0, 1), hp.normal(0, 1)])}}, {{hp.uniform(0, 1)}}\n",
            id="distributions in markers",
        ),
        pytest.param("import a.b\nx = [a for a in range(3)]\n" + MODEL, id="a comprehension's variable"),
        pytest.param("match 1:\n    case [a, *b]: print(a, b)\n" + MODEL, id="names of a pattern"),
        pytest.param(
            "import dataclasses\n@dataclasses.dataclass\nclass C:\n    x: int = 1\n" + in_model("C()"),
            id="a data class",
        ),
        pytest.param("__all__ = ['model']\n" + MODEL, id="a list of public names"),
        pytest.param("if (n := 3) > 2: print(n)\n" + MODEL, id="a walrus"),
        pytest.param(
            in_model("global n", "try: n += 1", "except NameError: n = 1"), id="a global that a try binds"
        ),
        pytest.param(
            in_model("global n", "try:", "    n = n + 1", "except (KeyError, NameError):", "    n = 1"),
            id="whose value it reads",
        ),
        pytest.param(in_model("global n", "try: del n", "except: pass", "n = 1"), id="that it deletes"),
        pytest.param(
            in_model("global n", "if 'n' not in globals(): n = 1", "n += 1"), id="that is looked for"
        ),
        pytest.param(
            in_model("global n", "for i in range(2):", "    if i: n += 1", "    else: n = 1"),
            id="that a loop binds in its first round",
        ),
        pytest.param(
            in_model("global n", "x = []", "y = x and n or [n for i in x] or (n if x else 1)", "n = y"),
            id="that is read where it may be bound",
        ),
        pytest.param(in_model("global n", "assert len('a'), n", "n = 1"), id="in an assertion's message"),
        pytest.param(in_model("global n", "while len(''): n += 1", "n = 1"), id="in a loop of no round"),
        pytest.param(
            "import contextlib\n"
            + in_model("global n", "with contextlib.suppress(NameError): n += 1", "n = 1", "return n"),
            id="where a NameError is suppressed",
        ),
        pytest.param(
            "from contextlib import suppress\n" + in_model("with suppress(NameError): n"),
            id="any name where a NameError is suppressed",
        ),
        pytest.param(
            "import builtins as b\n" + in_model("try: n", "except b.NameError: pass"),
            id="a NameError of the builtins",
        ),
    ],
)
def test_names_that_are_defined(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "place", "message", "help"),
    [
        pytest.param(
            in_model("global n", "n += 1"),
            "3:5",
            "'n' is read here before a function binds it",
            "define 'n' at the top level",
            id="a global that its function adds to",
        ),
        pytest.param(
            in_model("global n", "if n: n = 1"),
            "3:8",
            "'n' is read here before a function binds it",
            "define 'n' at the top level",
            id="that it tests",
        ),
        pytest.param(
            in_model("global n", "for i in n: n = 1"),
            "3:14",
            "'n' is read here before a function binds it",
            "define 'n' at the top level",
            id="that it loops over",
        ),
        pytest.param(
            in_model("global n", "with n: n = 1"),
            "3:10",
            "'n' is read here before a function binds it",
            "define 'n' at the top level",
            id="whose block it enters",
        ),
        pytest.param(
            in_model("global n", "match n:", "    case 1: n = 2"),
            "3:11",
            "'n' is read here before a function binds it",
            "define 'n' at the top level",
            id="that it matches",
        ),
        pytest.param(
            "print(y)\n" + SCRIPT,
            "1:7",
            "'y' is not defined",
            "import it, or define 'y' at the top level",
            id="at the top level",
        ),
        pytest.param(
            in_model("return y"),
            "2:12",
            "'y' is not defined",
            "import it, or define 'y' at the top level",
            id="in the model",
        ),
        pytest.param(
            "def f(): return y\n" + in_model("f()"),
            "1:17",
            "'y' is not defined",
            "import it, or define 'y' at the top level",
            id="in a function that the model reaches",
        ),
        pytest.param(
            "def data():\n    return y\n" + MODEL,
            "2:12",
            "'y' is not defined",
            "import it, or define 'y' at the top level",
            id="in data",
        ),
        pytest.param(
            "class A:\n    def f(self): return y\n" + in_model("A()"),
            "2:25",
            "'y' is not defined",
            "import it, or define 'y' at the top level",
            id="in a class that the model reaches",
        ),
        pytest.param(
            "width = 3\n" + in_model("return widht"),
            "3:12",
            "'widht' is not defined",
            "did you mean width?",
            id="a slip",
        ),
        pytest.param(
            in_model("a = 1", "return f'{a} {y}'"),
            "3:12",
            "'y' is not defined",
            "import it, or define 'y' at the top level",
            id="in an f-string",
        ),
        pytest.param(
            in_model("return {{uniform(0, y)}}"),
            "2:25",
            "'y' is not defined",
            "import it, or define 'y' at the top level",
            id="in a bound",
        ),
        pytest.param(
            in_model("return {{choice([1, y])}}"),
            "2:25",
            "'y' is not defined",
            "import it, or define 'y' at the top level",
            id="in an option",
        ),
        pytest.param(
            "def f(x: y): pass\n" + SCRIPT,
            "1:10",
            "'y' is not defined",
            "import it, or define 'y' at the top level",
            id="in an annotation",
        ),
        pytest.param(
            "try: y\nexcept KeyError: pass\n" + SCRIPT,
            "1:6",
            "'y' is not defined",
            "import it, or define 'y' at the top level",
            id="in a try that catches something else",
        ),
        pytest.param(
            in_model("y") + "if __name__ == '__main__':\n    y = 1\n",
            "2:5",
            "'y' is defined only in the __main__ part, which is left out",
            "define 'y' above the __main__ part",
            id="defined in the __main__ part",
        ),
        pytest.param(
            "from hyperas import optim\n" + in_model("optim"),
            "3:5",
            "'optim' drives a search and does not exist in a trial",
            "remove it from data and model",
            id="what drives a search",
        ),
        pytest.param(
            "y = optim.minimize(model)\n" + in_model("y"),
            "3:5",
            "'y' is the result of the search on line 1, and does not exist in a trial",
            "remove 'y' from data and model",
            id="defined by a call of minimize",
        ),
    ],
)
def test_a_name_that_nothing_defines(text: str, place: str, message: str, help: str) -> None:
    head, *_, last = findings(text).split("\n")
    code = "HT303" if "drives a search" in message else "HT301"
    assert (head, last) == (f"model.py:{place}: error {code}: {message}", f"      = help: {help}")


def test_a_name_is_complained_of_once() -> None:
    assert codes("print(y)\nprint(y)\n" + in_model("y")) == ["UNDEFINED_NAME"]


def test_a_name_inside_what_is_wrong_already_is_not_complained_of() -> None:
    assert codes("def model():\n    return {{choice({y})}}\n") == ["OPTIONS"]


@pytest.mark.parametrize(
    "marker", ["{{int(quniform(1, 5, 1))}}", "{{choise([uniform(0, 1)])}}", "{{choise(hp.uniform(0, 1))}}"]
)
def test_a_distribution_inside_an_unknown_one_is_not_complained_of(marker: str) -> None:
    assert codes(f"def model():\n    return {marker}\n") == ["UNKNOWN_DISTRIBUTION"]


@pytest.mark.parametrize(
    ("text", "codes_found"),
    [
        pytest.param("A = {{uniform(0, 1)}}\n" + MODEL, ["UNREACHED_MARKER"], id="a name that nothing uses"),
        pytest.param(
            "def f(): return {{uniform(0, 1)}}\n" + MODEL,
            ["UNREACHED_MARKER"],
            id="a function that nothing calls",
        ),
        pytest.param(
            "A = {{uniform(0, 1)}}\nB = A\n" + MODEL,
            ["UNREACHED_MARKER"],
            id="a name that only such a name uses",
        ),
        pytest.param(
            "if __name__ == '__main__':\n    A = {{uniform(0, 1)}}\n" + MODEL,
            ["UNREACHED_MARKER"],
            id="in the __main__ part",
        ),
        pytest.param(
            "import os\nos.environ['A'] = str({{uniform(0, 1)}})\n" + MODEL,
            [],
            id="a statement that binds nothing may have an effect",
        ),
        pytest.param(
            "print({{uniform(0, 1)}})\n" + MODEL,
            ["UNREACHED_MARKER"],
            id="one that only shows something has none",
        ),
        pytest.param("A = {{uniform(0, 1)}}\nB = A\n" + in_model("B"), [], id="through another name"),
        pytest.param(
            "def f(): return {{uniform(0, 1)}}\nA = f()\n" + in_model("A"), [], id="through a function"
        ),
        pytest.param("A = {{uniform(0, 1)}}\ndef data(): return A\n" + MODEL, [], id="through data"),
        pytest.param(
            "class A:\n    x = {{uniform(0, 1)}}\nclass B(A): pass\n" + in_model("B"),
            [],
            id="through a class",
        ),
    ],
)
def test_a_marker_that_nothing_reaches(text: str, codes_found: list[str]) -> None:
    assert codes(text) == codes_found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "def build():\n    global W\n    W = {{uniform(0, 1)}}\nbuild()\ndef model(): return W\n",
            id="a global",
        ),
        pytest.param(
            "def use(f):\n    global W\n    W = f()\n    return f\n"
            "@use\ndef width():\n    return {{uniform(0, 1)}}\ndef model(): return W\n",
            id="a global that a decorator binds",
        ),
        pytest.param(
            "sizes = []\nfor _ in range({{choice([1, 2])}}):\n    sizes.append({{choice([8, 16])}})\ndef model(): return sizes\n",
            id="a list that a loop fills",
        ),
        pytest.param(
            "cfg = {}\ndef build():\n    cfg['a'] = {{uniform(0, 1)}}\nbuild()\ndef model(): return cfg\n",
            id="an item",
        ),
    ],
)
def test_a_marker_that_reaches_the_model_through_a_call(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "rate = {{uniform(0, 1)}}\ncfg = {}\ncfg['rate'] = rate\ndef model(): return cfg\n", id="an item"
        ),
        pytest.param(
            "n = {{choice([8, 16])}}\nsizes = []\nsizes.append(n)\ndef model(): return sizes\n", id="a list"
        ),
    ],
)
def test_a_marker_that_reaches_the_model_inside_something_else(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize("text", ["_ht_ = 3\n", "print(_ht_)\n", "def f():\n    _ht_ = 1\n"])
def test_our_own_name_is_reserved(text: str) -> None:
    assert "RESERVED_NAME" in codes(text + MODEL)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import os as _ht_\n", id="an import"),
        pytest.param("def _ht_(): pass\n", id="a function"),
        pytest.param("class _ht_: pass\n", id="a class"),
        pytest.param("def f(_ht_): pass\n", id="a parameter"),
        pytest.param("try: pass\nexcept KeyError as _ht_: pass\n", id="an exception's name"),
        pytest.param("match 1:\n    case _ht_: pass\n", id="a pattern"),
    ],
)
def test_our_own_name_is_reserved_however_it_is_bound(text: str) -> None:
    assert codes(text + MODEL) == ["RESERVED_NAME"]
