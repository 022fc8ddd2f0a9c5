"""Edits of a template: what differs between two versions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hypertemplate.compiler.edits.changes import Changed, Edits
from hypertemplate.compiler.edits.source_edits import edits_between
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.errors import CompileError
from tests.compiler.support import project, source

MODEL = "def model():\n    return {{uniform(0, 1, name='x')}} + {{choice([1, 2], name='n')}}\n"


def edits(before: str, after: str) -> Edits:
    return edits_between(source(before), source(after), model=None, data=None)


def test_comments_and_layout_are_no_edits() -> None:
    found = edits(MODEL, f"# A comment.\n{MODEL}")
    assert [(pair.before, pair.after) for pair in found.markers] == [("x", "x"), ("n", "n")]
    assert found == replace(found, changed=(), marked=(), unmarked=())


@pytest.mark.parametrize(
    ("begun_with", "before"),
    [
        pytest.param((), ["x", "a", "a.1", "u[0]", "u[1]"], id="none"),
        pytest.param(("rate", "opt", "opt.high", "n[0]", "n[1]"), ["rate", "opt", "opt.high", "n[0]", "n[1]"], id="others"),
        pytest.param(("rate",), ["x", "a", "a.1", "u[0]", "u[1]"], id="too few, so that they are of other code"),
    ],
)  # fmt: skip
def test_labels_of_the_earlier_version_are_those_under_which_its_trials_ran(
    begun_with: tuple[str, ...], before: list[str]
) -> None:
    text = (
        "def model():\n    x = {{uniform(0, 1)}}\n    a = {{choice([0, uniform(1, 2)])}}\n"
        "    for i in range(2):\n        u = {{uniform(0, 1)[i]}}\n    return x\n"
    )
    after = text.replace("(0, 1)}}", "(0, 2)}}")
    found = edits_between(source(text), source(after), model=None, data=None, begun_with=begun_with)
    assert sorted(pair.before for pair in found.markers) == sorted(before)
    assert sorted(pair.after for pair in found.markers) == sorted(["x", "a", "a.1", "u[0]", "u[1]"])
    assert not found.changed


def test_a_version_that_no_longer_compiles_leaves_out_all_trials() -> None:
    assert edits("def model(:\n", MODEL).changed == (Changed("the earlier version no longer compiles"),)


def test_a_present_version_with_errors_is_one() -> None:
    with pytest.raises(CompileError):
        edits(MODEL, "def model(:\n")


NETS = "def build():\n    return {{choice([1, 2], name='n')}}\n"
MAIN = "from nets import build\n\ndef model():\n    return build() + {{uniform(0, 1, name='x')}}\n"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(NETS, NETS, "n x", id="the same"),
        pytest.param(NETS, f"# Nets.\n{NETS}if __name__ == '__main__':\n    build()\n", "n x", id="what an import does not run"),
        pytest.param(NETS, NETS.replace("[1, 2]", "[2, 3, 1]"), "n x", id="more options"),
        pytest.param(NETS, NETS.replace("return", "return -"), "line 2 of nets.py changed", id="other code"),
        pytest.param(NETS, f"import os\n{NETS}", "line 1 of nets.py is new", id="an import more"),
    ],
)  # fmt: skip
def test_markers_in_modules_of_the_users_own(before: str, after: str, expected: str) -> None:
    versions = (project(MAIN, {"nets.py": text}) for text in (before, after))
    found = edits_between(*versions, model=None, data=None)
    said = " ".join(one.what for one in found.changed) or " ".join(pair.after for pair in found.markers)
    assert said == expected


@pytest.mark.parametrize(
    ("nets", "main", "stood"),
    [
        pytest.param(NETS, "from nets import build", None, id="it has no such argument"),
        pytest.param(f"{NETS}def f(x, n=2):\n    return x * n\n", "from nets import f", "2", id="it has markers"),
        pytest.param("def f(x, n=2):\n    return x * n\n", "from nets import f", "2", id="it has none"),
        pytest.param("def f(x, n=2):\n    return x * n\n", "import nets", "2", id="by an attribute"),
        pytest.param("def f(x, n=2):\n    return x * n\nf = abs\n", "from nets import f", None, id="bound twice"),
        pytest.param("def f(x, n=2):\n    return x * n\nf.__defaults__ = (3,)\n", "from nets import f", None, id="its defaults are set"),
    ],
)  # fmt: skip
def test_a_new_argument_of_an_imported_function_has_its_default(
    nets: str, main: str, stood: str | None
) -> None:
    name = "nets.f" if main == "import nets" else "f"
    text = f"{main}\ndef model():\n    return {name}({{{{uniform(0, 1, name='x')}}}})\n"
    both = [text, text.replace("'x')}})", "'x')}}, n={{choice([1, 2])}})")]
    parts = [
        project(one, {"nets.py": nets})
        if "{{" in nets
        else replace(source(one), beside=(Part("file", "nets.py", nets, module="nets"),))
        for one in both
    ]
    found = edits_between(*parts, model=None, data=None)
    assert [one.text for one in found.marked] == ([] if stood is None else [stood])
    assert bool(found.changed) == (stood is None)


@pytest.mark.parametrize("order", ["{n}, {m}", "{m}, {n}"])
def test_arguments_in_another_order_are_other_code(order: str) -> None:
    text = "def f(n=1, m=2, k=3):\n    return n\ndef model():\n    return f({}) + {{{{uniform(0, 1)}}}}\n"
    had, has = text.format("n=4, m=5"), text.format(order.format(n="n=4", m="m=5") + ", k={{choice([3, 4])}}")
    found = edits(had, has)
    assert bool(found.changed) == (order != "{n}, {m}")


def beside(text: str, main: str = MODEL, name: str = "helpers") -> Source:
    return replace(source(f"import {name}\n{main}"), beside=(Part("file", f"{name}.py", text, module=name),))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(beside("A = 1\n"), beside("A = 1  # One.\n"), [], id="the same"),
        pytest.param(beside("A = 1\n"), beside("A = 2\n"), ["line 1 of helpers.py changed"], id="other code"),
        pytest.param(beside("A = 1\n"), source(MODEL), ["line 1 of the earlier version is gone", "module helpers is no longer imported"], id="a module less"),
        pytest.param(source(f"import helpers\n{MODEL}"), beside("A = 1\n"), ["module helpers is new"], id="a module that was not there"),
        pytest.param(
            beside("A = 1\n"),
            beside("A = 1\n", MODEL.replace("name='x'", "name='y'")),
            [],
            id="a module that reads no labels",
        ),
        pytest.param(
            beside("from hypertemplate import trial\n"),
            beside("from hypertemplate import trial\n", MODEL.replace("name='x'", "name='y'")),
            ["helpers.py reads the values of all labels, which have changed"],
            id="a module that may read all labels",
        ),
    ],
)  # fmt: skip
def test_modules_of_the_users_own_without_markers(before: Source, after: Source, expected: list[str]) -> None:
    found = edits_between(before, after, model=None, data=None)
    assert [one.what for one in found.changed] == expected


def test_a_name_of_another_module_may_be_rebound_from_outside() -> None:
    nets = "OPT = {{choice(['a', 'b'], name='o')}}\n\ndef build():\n    if OPT == 'a':\n        return 1\n    return 2\n"
    main = "import nets\n\ndef model():\n    nets.OPT = 'a'\n    return nets.build()\n"
    versions = (project(main, {"nets.py": text}) for text in (nets, nets.replace("1", "3")))
    found = edits_between(*versions, model=None, data=None)
    assert found.changed == (Changed("line 5 of nets.py changed"),)


def test_code_that_is_nested_too_deep_is_not_compared() -> None:
    chain = "def model():\n    x = {{uniform(0, 1)}}\n    if x > 2:\n        x = 1\n"
    chain += "".join(f"    elif x > {number}:\n        x = {number}\n" for number in range(3, 90))
    found = edits(f"{chain}    return x\n", f"{chain}    else:\n        x = 2\n    return x\n")
    assert [one.what for one in found.changed] == ["line 180 is new"]
    deep = "def model():\n    x = {{uniform(0, 1)}}\n    return x" + " + 1" * 400 + "\n"
    assert edits(deep, deep).changed == (Changed("the code is nested too deep to be compared"),)


def test_a_star_import_of_an_own_module_may_rebind_a_name() -> None:
    main = "o = {{choice(['a', 'b'])}}\nfrom other import *\n\ndef model():\n    if o == 'a':\n        return 1\n    return 2\n"
    versions = (beside("o = 'a'\n", text, "other") for text in (main, main.replace("1", "3")))
    found = edits_between(*versions, model=None, data=None)
    assert found.changed == (Changed("line 7 changed"),)


def test_an_error_of_an_own_module_may_be_caught_where_it_is_imported() -> None:
    main = "try:\n    import helpers\nexcept IndexError:\n    pass\n\n" + MODEL
    before, after = (
        replace(source(main), beside=(Part("file", "helpers.py", text, module="helpers"),))
        for text in ("A = [1]\n", "A = [1]\nprint(A[5])\n")
    )
    found = edits_between(before, after, model=None, data=None)
    assert [one.what for one in found.changed] == ["line 2 of helpers.py is new"]


CALL = "net(first={}, second={}, seed=0)"
RATE, UNITS = "{{uniform(0, 1, name='rate')}}", "{{choice([1, uniform(2, 3)], name='units')}}"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(
            CALL.format(RATE, UNITS).replace("seed=0", "seed=1"),
            {"rate", "units", "units.1"},
            id="beside other code that changed",
        ),
        pytest.param(
            CALL.format(UNITS, RATE).replace("seed=0", "seed=1"), set(), id="in places of each other"
        ),
        pytest.param(
            CALL.format(RATE.replace("0, 1", "0, 2"), UNITS).replace("seed=0", "seed=1"),
            {"units", "units.1"},
            id="one with another range",
        ),
        pytest.param(CALL.format(RATE, 5).replace("seed=0", "seed=1"), {"rate"}, id="one that is gone"),
        pytest.param(CALL.format(RATE, UNITS).replace("net", "other"), set(), id="of another function"),
    ],
)
def test_markers_that_stand_where_they_stood_in_code_that_changed(after: str, expected: set[str]) -> None:
    text = "def model():\n    return {}\n"
    found = edits(text.format(CALL.format(RATE, UNITS)), text.format(after))
    assert {(pair.before, pair.after) for pair in found.markers} == {(one, one) for one in expected}
    assert [one.what for one in found.changed] == ["line 2 changed"]


DENSE = "def dense(x, n=2):\n    return x * n\n"
NET = "class Net:\n    def get(self, n=2):\n        return n\n    def run(self, x):\n        return self.get({}) * x\n"


@pytest.mark.parametrize(
    ("main", "others", "is_known"),
    [
        pytest.param("import nets", "", True, id="nothing else"),
        pytest.param("import nets\nfrom helpers import dense as other\nk = other(1)", "from nets import dense", True, id="called under another name"),
        pytest.param("import nets\nimport helpers", "import nets\nnets.dense = abs", False, id="rebound by another module"),
        pytest.param("import nets\nfrom helpers import start\nstart(nets)", "def start(one): pass", False, id="a module is given away"),
        pytest.param("import nets\nimport helpers", "from nets import dense as other\nfound = [other]", False, id="kept under another name"),
        pytest.param("import nets\nimport helpers", "from nets import *\nfound = [dense]", False, id="kept after a star import"),
        pytest.param("import nets\nimport helpers", "import nets\nfound = nets.dense", False, id="kept as an attribute of its module"),
        pytest.param("import nets\nimport helpers", "def start():\n    from nets import dense\n    return dense", False, id="imported in a function"),
        pytest.param("import nets\nimport helpers", "def start(dense):\n    return dense", True, id="a parameter of its name"),
        pytest.param("import nets\nimport patcher", "", False, id="an import of what nobody knows"),
        pytest.param("import nets\nfrom helpers import missing", "", False, id="an import of a name that a module lacks"),
        pytest.param("import nets\nfrom sys import modules", "", False, id="all modules are imported"),
        pytest.param("import nets, sys\nsys.path.append('a')", "", True, id="a path of Python's"),
        pytest.param("import nets, sys\nkeep = sys", "", False, id="the module of all modules has another name"),
        pytest.param("import nets\nf = getattr(abs, str(1), None)", "", False, id="an attribute of any name"),
        pytest.param("import nets\nmap(getattr, [1], ['real'])", "", False, id="attributes of any names"),
        pytest.param("import nets\nimport pkg.deep\nk = pkg.deep.size(1)", "", True, id="a module in a package is called"),
        pytest.param("import nets\nimport pkg.deep\nkeep = pkg.deep", "", False, id="a module in a package is kept"),
        pytest.param("import nets\nmake = type", "", False, id="classes may be made"),
        pytest.param("import nets\nk = type(*[1])", "", False, id="a class may be made"),
        pytest.param("import nets\nclass A(type(1)): pass", "", False, id="a base that only a run knows"),
        pytest.param("import nets\nfrom typing import Generic, TypeVar\nT = TypeVar('T')\nclass A(Generic[T]): pass", "", True, id="a base with a subscript"),
        pytest.param("import nets\ndef f(x: int, y: 'dense' = 1) -> int:\n    z: int = 2\n    return z", "", False, id="its name in a text"),
        pytest.param("import nets\ndef f(x: int) -> int:\n    '''Calls dense.'''\n    z: int = x\n    return [y for y in [z]]", "", True, id="its name in prose"),
    ],
)  # fmt: skip
def test_the_default_of_an_imported_function_is_known_where_nothing_gets_at_it(
    main: str, others: str, is_known: bool
) -> None:
    modules = tuple(
        Part("file", f"{name}.py", text, module=name)
        for name, text in {"nets": DENSE, "helpers": others, "pkg.deep": "def size(n): pass\n"}.items()
    )
    versions = [
        replace(
            source(
                f"{main}\ndef model():\n    return nets.dense({{{{uniform(0, 1, name='x')}}}}{argument})\n"
            ),
            beside=modules,
        )
        for argument in ("", ", n={{choice([2, 3])}}")
    ]
    found = edits_between(*versions, model=None, data=None)
    assert (found.changed == ()) is is_known


@pytest.mark.parametrize(
    ("beside", "is_known"),
    [
        pytest.param("", True, id="nothing else"),
        pytest.param("class Wide(Net):\n    def get(self, n=3):\n        return n\n", False, id="a derived class has it"),
        pytest.param("class Wide(Net):\n    pass\n", True, id="a derived class lacks it"),
        pytest.param("class Wide(Net, object):\n    pass\n", True, id="a derived class is an object"),
        pytest.param("class Odd(dict, Net):\n    pass\nclass Wide(Odd):\n    pass\n", False, id="a derived class has another base"),
        pytest.param("found = [Net]\n", False, id="the class is kept"),
        pytest.param("run = Net.run\n", True, id="another method is kept"),
        pytest.param("get = Net.get\n", False, id="the method is kept"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_imported", [False, True])
def test_the_default_of_a_method_is_known_where_no_other_may_run(
    beside: str, is_known: bool, is_imported: bool
) -> None:
    rest = f"{beside}\ndef model():\n    return Net().run({{{{uniform(0, 1, name='x')}}}})\n"
    texts = [NET.format(argument) for argument in ("", "n={{choice([2, 3])}}")]
    versions = [
        project(f"from net import Net\n{rest}", {"net.py": text}) if is_imported else source(text + rest)
        for text in texts
    ]
    found = edits_between(*versions, model=None, data=None)
    in_another_module = is_imported and "class" in beside
    assert (found.changed == ()) is (is_known and not in_another_module)
