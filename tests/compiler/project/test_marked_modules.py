"""Markers in the user's own imported modules: what of the template they reach, and which modules run anew."""

from __future__ import annotations

import pytest

from hypertemplate import codec
from hypertemplate.compiler.program import Placement, Program
from tests.compiler.support import (
    SETUP,
    TRIAL,
    codes,
    compiled,
    findings,
    labels,
    placements,
    project,
    reasons,
)

NETS = """\
MAX = 3

def load():
    return [1, 2]

def build(x):
    return x[0] * {{uniform(0, MAX)}}
"""


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        pytest.param("from nets import build, load\nx = load()\nm = build(x)\n", [SETUP, SETUP, TRIAL], id="names that are imported"),
        pytest.param("from nets import build as make, load\nx = load()\nm = make(x)\n", [SETUP, SETUP, TRIAL], id="under another name"),
        pytest.param("import nets\nx = nets.load()\nm = nets.build(x)\n", [SETUP, SETUP, TRIAL], id="attributes of the module"),
        pytest.param("import nets as n\nx = n.load()\nm = n.build(x)\n", [SETUP, SETUP, TRIAL], id="attributes of the module under another name"),
        pytest.param("from nets import *\nx = load()\nm = build(x)\n", [SETUP, SETUP, TRIAL], id="a star import"),
        pytest.param("import nets\nprint(nets)\nm = 1\n", [SETUP, TRIAL, SETUP], id="an unknown use of the module"),
        pytest.param("import nets\ndef f():\n    return nets.build([1])\nx = 2\nm = f()\n", [SETUP, TRIAL, SETUP, TRIAL], id="a function that calls it"),
        pytest.param("def f():\n    from nets import build\n    return build([1])\nx = 2\nm = f()\n", [TRIAL, SETUP, TRIAL], id="an import in a function"),
        pytest.param("def f():\n    import nets\n    return nets.load()\nm = {{uniform(0, 1)}}\nx = f()\n", [SETUP, TRIAL, SETUP], id="an import in a function that calls another one"),
        pytest.param("from nets import build\nclass A:\n    def f(self):\n        return build([1])\na = A()\nm = a.f()\n", [SETUP, TRIAL, TRIAL, TRIAL], id="a method that calls it"),
        pytest.param("import importlib\nnets = importlib.import_module('nets')\nm = nets.build([1])\n", [SETUP, TRIAL, TRIAL], id="a module that is imported by its name as a text"),
    ],
)  # fmt: skip
def test_what_a_marker_in_a_function_reaches(main: str, expected: list[Placement]) -> None:
    source = project(main, {"nets.py": NETS})
    assert placements(source) == expected
    assert compiled(source).anew == ()


ANEW = [TRIAL, TRIAL]


@pytest.mark.parametrize(
    ("nets", "reason"),
    [
        pytest.param("RATE = {{uniform(0, 1)}}\n", "line 1 of nets.py reads a marker when it is imported", id="a value of the module"),
        pytest.param("import nets\nRATE = {{uniform(0, 1)}}\n", "line 2 of nets.py reads a marker when it is imported", id="a value of a module that imports itself"),
        pytest.param("def f(x={{uniform(0, 1)}}):\n    return x\n", "line 1 of nets.py reads a marker when it is imported", id="a default"),
        pytest.param("class A:\n    rate = {{uniform(0, 1)}}\n", "line 2 of nets.py reads a marker when it is imported", id="a class body"),
        pytest.param("def deco(x):\n    return lambda f: f\n@deco({{uniform(0, 1)}})\ndef f():\n    return 1\n", "line 3 of nets.py reads a marker when it is imported", id="a decorator's argument"),
        pytest.param("x = [n * {{uniform(0, 1)}} for n in range(3)]\n", "line 1 of nets.py reads a marker when it is imported", id="a comprehension"),
        pytest.param("x = list(map(lambda n: n * {{uniform(0, 1)}}, [1]))\n", "line 1 of nets.py reads a marker when it is imported", id="a lambda that a call gets"),
        pytest.param("def f():\n    return {{uniform(0, 1)}}\nx = f()\n", "line 3 of nets.py uses 'f', which a marker reaches, when it is imported", id="a call of a marked function"),
        pytest.param("def f():\n    return {{uniform(0, 1)}}\nTABLE = {}\nTABLE['f'] = f\n", "line 4 of nets.py uses 'f', which a marker reaches, when it is imported", id="a marked function that is put somewhere"),
        pytest.param("import functools\n@functools.lru_cache\ndef f():\n    return {{uniform(0, 1)}}\n", "a marker reaches what is decorated with @functools.lru_cache (line 3 of nets.py)", id="a function that remembers"),
        pytest.param("import functools\ndef f():\n    return {{uniform(0, 1)}}\n@functools.cache\ndef g():\n    return f()\n", "a marker reaches what is decorated with @functools.cache (line 5 of nets.py)", id="a function that remembers what a marked one returns"),
        pytest.param("class A:\n    import functools\n    @functools.cache\n    def f(self):\n        return {{uniform(0, 1)}}\n", "a marker reaches what is decorated with @functools.cache (line 1 of nets.py)", id="a method that remembers"),
    ],
)  # fmt: skip
def test_a_marker_that_is_read_at_import_has_the_module_imported_anew(nets: str, reason: str) -> None:
    source = project("import nets\nx = nets.x, {{uniform(0, 1)}}\n", {"nets.py": nets})
    assert placements(source) == ANEW
    assert reasons(source)[0] == f"nets.py is imported anew in each trial, since {reason}"
    assert compiled(source).anew == ("nets",)


@pytest.mark.parametrize(
    "nets",
    [
        pytest.param("class Base:\n    def f(self):\n        return {{uniform(0, 1)}}\nclass A(Base):\n    pass\n", id="a base class"),
        pytest.param("def f():\n    return {{uniform(0, 1)}}\nTABLE = {'f': f}\nx = [f, (f,)]\n", id="a table of functions"),
        pytest.param("class A:\n    @staticmethod\n    def f():\n        return {{uniform(0, 1)}}\n    @property\n    def g(self):\n        return self.f()\n", id="decorators that remember nothing"),
        pytest.param("class A:\n    def f(self):\n        return {{uniform(0, 1)}}\ndef g(a: A, kind=A) -> A:\n    return a\n", id="an annotation and a default"),
        pytest.param("x = lambda: {{uniform(0, 1)}}\n", id="a lambda"),
        pytest.param("def f():\n    return {{uniform(0, 1)}}\nif __name__ == '__main__':\n    print(f(), {{uniform(2, 3)}})\n", id="a __main__ part, which an import leaves out"),
        pytest.param("def f():\n    import functools\n    @functools.cache\n    def g():\n        return {{uniform(0, 1)}}\n    return g()\n", id="a function that remembers, made in each call"),
    ],
)  # fmt: skip
def test_a_module_whose_markers_are_read_later_is_imported_once(nets: str) -> None:
    assert compiled(project("import nets\nx = dir(nets)\n", {"nets.py": nets})).anew == ()


@pytest.mark.parametrize(
    ("files", "main", "expected", "anew"),
    [
        pytest.param({"nets.py": NETS, "steps.py": "import nets\ndef train():\n    return nets.build([2])\ndef load():\n    return nets.load()\n"}, "import steps\nx = steps.load()\nm = steps.train()\n", [SETUP, SETUP, TRIAL], (), id="a module that calls it"),
        pytest.param({"nets.py": NETS, "steps.py": "from nets import *\ndef train():\n    return build([2])\n"}, "import steps\nx = steps.load()\nm = steps.train()\n", [SETUP, SETUP, TRIAL], (), id="a module with a star import"),
        pytest.param({"pkg/nets.py": NETS, "pkg/__init__.py": "from .nets import build, load\n"}, "import pkg\nx = pkg.load()\nm = pkg.build(x)\n", [SETUP, SETUP, TRIAL], (), id="a package that passes its names on"),
        pytest.param({"pkg/nets.py": NETS, "pkg/__init__.py": "from . import nets\n"}, "import pkg\nx = pkg.nets.load()\nm = pkg.nets.build(x)\n", [SETUP, SETUP, TRIAL], (), id="a package that passes a module on"),
        pytest.param({"pkg/nets.py": NETS}, "import pkg.nets\nx = pkg.nets.load()\nm = pkg.nets.build(x)\n", [SETUP, SETUP, TRIAL], (), id="a module of a package"),
        pytest.param({"nets.py": "from steps import STEPS\ndef build():\n    return {{uniform(0, 1)}}\n", "steps.py": "import nets\nSTEPS = 1\ndef train():\n    return nets.build()\n"}, "import steps\nx = steps.STEPS\nm = steps.train()\n", [SETUP, SETUP, TRIAL], (), id="modules that import each other"),
        pytest.param({"nets.py": "RATE = {{uniform(0, 1)}}\n", "steps.py": "from nets import RATE\ndef load():\n    return 1\n"}, "import steps\nx = steps.load()\n", ANEW, ("nets", "steps"), id="a module that imports one that runs anew"),
        pytest.param({"nets.py": "RATE = {{uniform(0, 1)}}\n", "steps.py": "def load():\n    return 1\ndef rate():\n    from nets import RATE\n    return RATE\n"}, "import steps\nx = steps.load()\ny = steps.rate()\n", [SETUP, SETUP, TRIAL], ("nets",), id="a function that imports one that runs anew"),
        pytest.param({"pkg/__init__.py": "RATE = {{uniform(0, 1)}}\n", "pkg/data.py": "def load():\n    return 1\n"}, "from pkg.data import load\nx = load()\n", ANEW, ("pkg", "pkg.data"), id="a package that runs anew, with its modules"),
        pytest.param({"nets.py": "from rates import RATE\ndef build():\n    return RATE\n", "rates.py": "RATE = {{uniform(0, 1)}}\n", "registry.py": "MADE = {}\n"}, "import registry\nx = len(registry.MADE)\nimport nets\ny = len(registry.MADE)\n", [SETUP, SETUP, TRIAL, SETUP], ("nets", "rates"), id="what no module that runs anew imports"),
        pytest.param({"nets.py": "import registry\nregistry.MADE['rate'] = {{uniform(0, 1)}}\n", "registry.py": "MADE = {}\ndef made():\n    return MADE\n"}, "import registry\nx = len(registry.made())\nimport nets\ny = registry.made()\n", [SETUP, SETUP, TRIAL, TRIAL], ("nets",), id="a registry that a module fills when it is imported"),
    ],
)  # fmt: skip
def test_through_other_modules(
    files: dict[str, str], main: str, expected: list[Placement], anew: tuple[str, ...]
) -> None:
    source = project(main, files)
    assert placements(source) == expected
    assert sorted(compiled(source).anew) == sorted(anew)


STARS = "from nets import *\nx = load()\nm = build(x)\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"nets.py": "__all__ = ['build', 'load']\n" + NETS}, [SETUP, SETUP, TRIAL], id="a list of names"),
        pytest.param({"nets.py": "__all__ = ['build'] + OTHERS\n" + NETS}, [SETUP, SETUP, TRIAL], id="a list that is computed"),
        pytest.param({"nets.py": "from steps import *\n", "steps.py": "from nets import *\n" + NETS}, [SETUP, SETUP, TRIAL], id="modules with stars of each other"),
        pytest.param({"nets.py": "from numpy import *\n" + NETS}, [SETUP, SETUP, TRIAL], id="a star of a library"),
        pytest.param({"nets.py": "from .. import *\n" + NETS}, [SETUP, SETUP, TRIAL], id="a star of nothing"),
    ],
)  # fmt: skip
def test_star_imports(files: dict[str, str], expected: list[Placement]) -> None:
    assert placements(project(STARS, files)) == expected


@pytest.mark.parametrize(
    ("nets", "names"),
    [
        pytest.param("class A(metaclass=M):\n    def f(self):\n        return {{uniform(0, 1)}}\n", True, id="a metaclass"),
        pytest.param("class B:\n    def __init_subclass__(cls):\n        pass\nclass A(B):\n    def f(self):\n        return {{uniform(0, 1)}}\n", True, id="a base of the module"),
        pytest.param("from bases import B\nclass A(B):\n    def f(self):\n        return {{uniform(0, 1)}}\n", True, id="a base of a module without markers"),
        pytest.param("from marked import B\nclass A(B):\n    def f(self):\n        return {{uniform(0, 1)}}\n", True, id="a base of a module with markers"),
        pytest.param("from marked import C\nclass A(C):\n    def f(self):\n        return {{uniform(0, 1)}}\n", False, id="a plain base of a module with markers"),
        pytest.param("from keras import Layer\nclass A(Layer):\n    def f(self):\n        return {{uniform(0, 1)}}\n", False, id="a base of a library"),
        pytest.param("class B: pass\nclass A(B):\n    def f(self):\n        return {{uniform(0, 1)}}\nmade = B.__subclasses__()\n", True, id="a base that is asked for its subclasses"),
        pytest.param("class A:\n    def f(self):\n        return {{uniform(0, 1)}}\nmade = globals()['A']()\n", True, id="one that is looked up by a text"),
        pytest.param("class A:\n    def f(self):\n        return {{uniform(0, 1)}}\ndef made():\n    return globals()['A']()\n", False, id="one that a function looks up"),
        pytest.param("class B: pass\nclass A(B):\n    def f(self):\n        return {{uniform(0, 1)}}\ndef made(): return B.__subclasses__()\n", True, id="a base that a function asks for its subclasses"),
        pytest.param("B = object\nclass A(B):\n    def f(self):\n        return {{uniform(0, 1)}}\n", False, id="another name of a base"),
        pytest.param("def B():\n    return object\nclass A(B(), dict[str, int]):\n    def f(self):\n        return {{uniform(0, 1)}}\n", False, id="a base that is computed"),
    ],
)  # fmt: skip
def test_a_class_of_which_a_base_may_take_note_has_its_module_imported_anew(nets: str, names: bool) -> None:
    marked = "class B:\n    def __init_subclass__(cls):\n        pass\nclass C:\n    def f(self):\n        return {{uniform(0, 1)}}\n"
    source = project("import nets\nx = nets.A\n", {"marked.py": marked, "nets.py": nets})
    assert ("nets" in compiled(source).anew) == names


@pytest.mark.parametrize(
    ("nets", "anew"),
    [
        pytest.param("import helper\nx: object = helper.build\ndef f() -> helper.Net:\n    return 1\n", False, id="an annotated name and a result"),
        pytest.param("import helper\nx = y = helper.build\n", False, id="two names"),
        pytest.param("import helper\nx, y = helper.build, 1\n", True, id="names that are unpacked"),
        pytest.param("import helper\nx = helper.build\nx.rate: object = helper.build\n", True, id="an annotation of an attribute"),
        pytest.param("import helper\nif helper.build:\n    x = 1\n", True, id="a test"),
        pytest.param("import helper\nx = [*map(helper.build, [])]\n", True, id="an argument of a call"),
        pytest.param("import helper\ndef f():\n    exec('helper.build()')\n", False, id="a text of code"),
    ],
)  # fmt: skip
def test_uses_of_a_marked_name_of_another_module_at_import(nets: str, anew: bool) -> None:
    helper = (
        "class Net:\n    def f(self):\n        return {{uniform(0, 1)}}\ndef build():\n    return Net()\n"
    )
    program = compiled(
        project("import nets\nx = nets\nm = x, {{uniform(0, 1)}}\n", {"helper.py": helper, "nets.py": nets})
    )
    assert (program.anew == ("nets",)) == anew


def module_text(program: Program, name: str) -> str:
    return next(part.kept for part in program.parts if part.module == name)


def test_the_text_of_a_module_is_rewritten_in_place() -> None:
    program = compiled(
        project(
            "import nets\nm = nets.build([1])\n",
            {"nets.py": "# nets\nfrom hyperas.distributions import choice\n\ndef build(x):  # builds\n    return (<<choice([1,\n       2])>>,\n      x)\n"},
        )
    )  # fmt: skip
    assert module_text(program, "nets") == (
        "# nets\nfrom hypertemplate.distributions import choice\n\ndef build(x):  # builds\n"
        "    return (((1, \n2)[_ht_['choice']]),\n      x)\n\n"
    )
    assert program.parts[0].filename == "/home/user/./nets.py"
    assert codec.decode(Program, codec.encode(program)) == program


def test_labels_are_unique_over_all_files_in_the_order_of_import() -> None:
    files = {"nets.py": "def build():\n    rate = {{uniform(0, 1)}}\n    return rate\n"}
    main = "from nets import build\nrate = {{uniform(0, 1)}}\nm = build()\n"
    assert labels(project(main, files)) == ["rate", "rate_1"]


def test_a_bound_may_use_names_of_its_module_but_none_of_its_function() -> None:
    assert codes(project("from nets import build\nm = build([1])\n", {"nets.py": NETS})) == []
    local = "def build(top):\n    return {{uniform(0, top)}}\n"
    assert findings(project("from nets import build\nm = build(1)\n", {"nets.py": local})).startswith(
        "nets.py:2:"
    )


@pytest.mark.parametrize(
    ("nets", "said"),
    [
        pytest.param("def build():\n    return {{uniform(1, 0)}}\n", "nets.py:2:14: error HT104: ", id="a mistake in a marker"),
        pytest.param("def build(:\n    return {{uniform(0, 1)}}\n", "nets.py:1:11: error HT", id="a text that does not parse"),
        pytest.param("from keras.layers.core import Dense\ndef build():\n    return Dense({{choice([1, 2])}})\n", "nets.py:1:6: warning HT304: ", id="an import that Keras 3 moved"),
        pytest.param("def build():\n    return 1\ndef other():\n    return {{uniform(0, 1)}}\n", "nets.py:4:12: warning HT109: the template does not use 'other'", id="a marker that no trial reaches"),
        pytest.param("def build():\n    return 1\nif __name__ == '__main__':\n    print({{uniform(0, 1)}})\n", "nets.py:4:11: warning HT109: an import leaves out the __main__ part", id="a marker in the __main__ part"),
        pytest.param("_ht_ = 1\ndef build():\n    return {{uniform(0, 1)}}\n", "nets.py:1:1: error HT", id="the reserved name"),
    ],
)  # fmt: skip
def test_findings_name_the_file_of_the_module(nets: str, said: str) -> None:
    found = findings(project("from nets import build\nm = build() + {{uniform(0, 1)}}\n", {"nets.py": nets}))
    assert said in found


def test_the_digest_changes_with_the_text_of_a_module() -> None:
    def digest(nets: str) -> str:
        return compiled(project("from nets import build\nm = build([1])\n", {"nets.py": nets})).digest

    assert digest(NETS) == digest(NETS.replace("return [1, 2]", "return [1,  2]  # rows"))
    assert digest(NETS) != digest(NETS.replace("return [1, 2]", "return [1, 3]"))


def test_a_template_with_no_marker_of_its_own_is_a_script_or_has_a_model() -> None:
    script = compiled(project("from nets import build\nm = build([1])\n", {"nets.py": NETS}))
    assert (script.model, script.data) == (None, None)
    main = (
        "from nets import build, load\ndef data():\n    return load()\ndef model(x):\n    return build(x)\n"
    )
    program = compiled(project(main, {"nets.py": NETS}))
    assert (program.model, program.data, program.data_per_trial) == ("model", "data", False)
