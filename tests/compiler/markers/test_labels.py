from __future__ import annotations

import re

import pytest

from hypertemplate.compiler.syntax.source import Source
from tests.compiler.support import beside, codes, labels, project

D = "{{uniform(0, 1)}}"


def inside(lines: str) -> list[str]:
    """The labels of markers in the body of the model; ``@`` stands for a marker."""
    body = "\n    ".join(lines.replace("@", D).split("\n"))
    return labels(
        f"def model(m=0, x=0, Dropout=print, Dense=print, k=print, cfg={{}}, n=0, Adam=print, SGD=print, SVC=print, InverseTimeDecay=print, svm=0, torch=0, optimizers=0, layers=0):\n    {body}\n"
    )


@pytest.mark.parametrize(
    ("line", "label"),
    [
        pytest.param(
            "LSTM = Dense(8, recurrent_dropout=@)(x)", "recurrent_dropout", id="its keyword, before all else"
        ),
        pytest.param("lr = Dense(8, rate=2 * @ + 1)", "rate", id="its keyword, around arithmetic"),
        pytest.param("Dropout(@)(x)", "Dropout", id="the callee that it is given to"),
        pytest.param("m.layers.Dropout(@)", "Dropout", id="the last name of the callee"),
        pytest.param("y = Dropout(@)", "Dropout", id="the callee, before the name that is assigned"),
        pytest.param("Dense(3)(@)", "Dense", id="the callee of the callee"),
        pytest.param("k[0](@)", "k", id="the list whose item is called"),
        pytest.param("(lambda y: y)(@)", "uniform", id="a lambda has no name"),
        pytest.param("y = (lambda y: y)(@)", "y", id="past a callee without a name"),
        pytest.param("Dense(*[@])", "Dense", id="unpacked into a call"),
        pytest.param("Dense(**{'rate': @})", "rate", id="the key of what is unpacked"),
        pytest.param("k.add_argument('--lr', default=@)", "lr", id="the option that it is the default of"),
        pytest.param(
            "k.add_argument('-b', '--batch-size', default=int(@))", "batch_size", id="the long option"
        ),
        pytest.param("k.add_argument('-b', type=int, default=@)", "b", id="the only option, a short one"),
        pytest.param(
            "k.add_argument('--lr', dest='rate', default=@)", "rate", id="where the option is stored"
        ),
        pytest.param(
            "k.add_argument('lr', nargs='?', default=@)", "lr", id="a positional argument of the program"
        ),
        pytest.param(
            "f = k.option('-r', '--learning-rate', 'rate', default=@)", "rate", id="the name for click"
        ),
        pytest.param("f = k.option('--shout/--no-shout', default=@)", "shout", id="a switch of click's"),
        pytest.param("k.DEFINE_float('lr', @, 'help')", "lr", id="a flag of absl's"),
        pytest.param("k.DEFINE_float(name='lr', default=@, help='')", "lr", id="a flag of absl's by keyword"),
        pytest.param("class C:\n        lr: float = k.field(default=@)", "lr", id="a field of a dataclass"),
        pytest.param(
            "class C:\n        lr: float = k.field(default_factory=lambda: @)",
            "lr",
            id="a field that a function fills",
        ),
        pytest.param("y = float(k.environ.get('LR', @))", "LR", id="a variable of the environment"),
        pytest.param("y = k.getenv('LR', str(@))", "LR", id="a variable by a function"),
        pytest.param("y = cfg.get('lr', @)", "lr", id="an entry that may be missing"),
        pytest.param("cfg.setdefault('lr', @)", "lr", id="an entry that is set if it is missing"),
        pytest.param("y = getattr(cfg, 'lr', @)", "lr", id="an attribute that may be missing"),
        pytest.param("setattr(cfg, 'lr', @)", "lr", id="an attribute that is set"),
        pytest.param("y = k.get(@)", "get", id="an entry that is asked for"),
        pytest.param("y = k(default=@)", "y", id="a default of nothing that is named"),
        pytest.param("SGD(learning_rate=InverseTimeDecay(@, 1, 1e-6))", "learning_rate", id="a schedule"),
        pytest.param("return {'units': @}", "units", id="the key of a dict"),
        pytest.param("k([('scale', @), ('net', Dense(3))])", "scale", id="the name of a step of a pipeline"),
        pytest.param("k([('net', Dense(@))])", "Dense", id="a callee comes before the name of a step"),
        pytest.param("k([('a', 'b', @)])", "k", id="a third item has no name"),
        pytest.param("k([('a=b', @)])", "k", id="a text that cannot be a name"),
        pytest.param("a, b = 'x', @", "b", id="the assigned name comes before a text beside it"),
        pytest.param("y = {'a': 1, 'b': [0, @]}", "b", id="the key, around a list"),
        pytest.param("y = {1: @}", "y", id="past a key that is no string"),
        pytest.param("y = {**@}", "y", id="past an unpacked dict"),
        pytest.param("y = {@: 1}", "y", id="as the key itself"),
        pytest.param("cfg['lr'] = @", "lr", id="the key of an item that is assigned"),
        pytest.param("cfg[0] = @", "uniform", id="an index is no name"),
        pytest.param("lr = @", "lr", id="the name that is assigned"),
        pytest.param("lr = 10 ** @", "lr", id="the name, around arithmetic"),
        pytest.param("lr: float = @", "lr", id="an annotated name"),
        pytest.param("n += @", "n", id="an augmented name"),
        pytest.param("m.rate = @", "rate", id="an attribute"),
        pytest.param("a = b = @", "a", id="the first of several targets"),
        pytest.param("a, b = @", "a", id="the first of a tuple"),
        pytest.param("[(a, b), c] = @", "a", id="the first of nested targets"),
        pytest.param("*a, b = @", "a", id="the first, starred"),
        pytest.param("() = @", "uniform", id="no target at all"),
        pytest.param("def f(a: @, *b: 1): pass", "uniform", id="an annotation"),
        pytest.param("match x:\n        case 1 if @ > 0: pass", "uniform", id="the guard of a pattern"),
        pytest.param("sizes = [@, 32]", "sizes", id="the name, around a list"),
        pytest.param("y = x[:@]", "y", id="the name, around a slice"),
        pytest.param("x[@] = 3", "uniform", id="in the target itself"),
        pytest.param("if (y := @) > 0: pass", "y", id="a walrus"),
        pytest.param("Dense((y := @))", "y", id="a walrus, before the callee"),
        pytest.param("def f(rate=@): pass", "rate", id="the parameter whose default it is"),
        pytest.param("def f(a, /, b=1, *, c=@): pass", "c", id="a parameter that is given by keyword"),
        pytest.param("def f(a, b=1, c=@, /): pass", "c", id="a parameter that is given by position"),
        pytest.param("y = lambda a=@: a", "a", id="the default of a lambda"),
        pytest.param("y = lambda a: a * @", "y", id="the body of a lambda"),
        pytest.param("for epoch in range(@): pass", "epochs", id="how often a loop over it runs"),
        pytest.param("for units in range(3, @): pass", "units", id="a plural"),
        pytest.param(
            "for i in range(@):\n        x.add(Dense(3))", "n_Dense", id="what a loop over it makes"
        ),
        pytest.param("for _ in range(int(@)):\n        y = Dense(3)(x)", "n_Dense", id="and assigns"),
        pytest.param("for _ in range(@): pass", "repeats", id="a target that is thrown away"),
        pytest.param("for i in range(@):\n        x.fit(n)", "repeats", id="a counter"),
        pytest.param("for depth in x[:@]: pass", "depth", id="the target of a loop over something else"),
        pytest.param("for _ in x[:@]: pass", "uniform", id="no target"),
        pytest.param("for ep in range(@): pass", "epochs", id="a name that everybody shortens"),
        pytest.param("for batch in range(@): pass", "batches", id="a plural with an e"),
        pytest.param("for study in range(@): pass", "studies", id="one of a y"),
        pytest.param("for day in range(@): pass", "days", id="and of a y that stays"),
        pytest.param("for i, units in enumerate(@): pass", "units", id="what a loop counts"),
        pytest.param("for a, b in zip(x, @): pass", "b", id="one of what a loop goes through in step"),
        pytest.param("for i, (a, b) in enumerate(zip(x, [@])): pass", "b", id="and counts"),
        pytest.param("for a, b in [(1, @), (2, 3)]: pass", "b", id="a part of an item of a loop"),
        pytest.param("for a, *b in zip(x, @): pass", "a", id="the first, where the others are a list"),
        pytest.param("for a, b in zip(x, x, @): pass", "a", id="the first, where there are too few"),
        pytest.param("for _, _ in zip(x, @): pass", "uniform", id="no name in a loop"),
        pytest.param("y = dict(zip(x, @))", "dict", id="what is zipped, in another call"),
        pytest.param("y = [a * b for a, b in zip(x, @)]", "b", id="one of what a comprehension goes through"),
        pytest.param("sizes = []\nsizes.append(@)", "sizes", id="the list that it is added to"),
        pytest.param("m.sizes.extend([@])", "sizes", id="the attribute that it is added to"),
        pytest.param("m.add(@)", "add", id="a network that it is added to has many"),
        pytest.param("append = k\nappend(@)", "append", id="a function of that name"),
        pytest.param("optimizers.Adam(@)", "learning_rate", id="the parameter of a well-known callee"),
        pytest.param("SGD(0.1, @)", "momentum", id="its second parameter"),
        pytest.param("torch.optim.SGD(m.parameters(), @)", "lr", id="that of another library's"),
        pytest.param("layers.Conv2D(32, @)", "kernel_size", id="a layer's second parameter"),
        pytest.param("layers.Conv2D(@, 3)", "Conv2D", id="but a layer's first is the layer"),
        pytest.param("svm.SVC(@)", "C", id="an estimator's parameter"),
        pytest.param("Adam(*[@])", "Adam", id="unpacked into a well-known callee"),
        pytest.param("for i, j in k(@): pass", "k", id="the callee, before the target"),
        pytest.param("y = [i for i in range(@)]", "y", id="past the counter of a comprehension"),
        pytest.param("y = [Dense(3) for i in range(@)]", "n_Dense", id="what a comprehension makes"),
        pytest.param("y = [0 for _ in range(@)]", "y", id="past a target that is thrown away"),
        pytest.param("y = [i * @ for i in x]", "y", id="the result of a comprehension"),
        pytest.param("y = [i for i in x if i > @]", "y", id="the condition of a comprehension"),
        pytest.param("if @ == 3: pass", "uniform", id="a condition"),
        pytest.param("while @ > 3: break", "uniform", id="the condition of a loop"),
        pytest.param("return @", "uniform", id="a return"),
        pytest.param("assert @", "uniform", id="an assertion"),
        pytest.param("@", "uniform", id="alone"),
        pytest.param("with @: pass", "uniform", id="a context"),
        pytest.param("with Dense(@) as y: pass", "Dense", id="a call that makes a context"),
        pytest.param("class A(@): pass", "uniform", id="a base"),
        pytest.param("class A(Dense, rate=@): pass", "rate", id="a keyword of a class"),
        pytest.param("class A:\n    rate = @", "rate", id="an attribute of a class"),
        pytest.param("def f(): return Dense(@)", "Dense", id="inside a nested function"),
    ],
)
def test_a_marker_is_called_after_its_place(line: str, label: str) -> None:
    assert inside(line) == [label]


def test_an_argument_of_a_marked_callee_is_called_after_the_parameter_of_its_first_option() -> None:
    assert inside("y = {{choice([m.Adam, SGD], name='o')}}(@)") == ["o", "learning_rate"]
    assert inside("y = {{choice([k[0], SGD], name='o')}}(@)") == ["o", "y"]


BUILD = "def build(units, rate=0.5, *layers, act='relu'):\n    return units * rate\n"
NET = """class Net(nn.Module):
    def __init__(self, units, rate):
        self.units = units
    def block(self, size):
        return size
    def make(self):
        return self.block(@)
"""
CONFIG = "class Config:\n    kind: ClassVar[str] = ''\n    key: str = field(init=False)\n    units: int = 1\n    rate: float = 0.5\n    def f(self): pass\n"


@pytest.mark.parametrize(
    ("definitions", "line", "expected"),
    [
        pytest.param(BUILD, "y = build(@, @)", ["units", "rate"], id="its parameters"),
        pytest.param(BUILD, "y = build(int(@), rate=@)", ["units", "rate"], id="around a conversion, by keyword"),
        pytest.param(BUILD, "y = build(8, 0.5, @, @)", ["build", "build_1"], id="one of *layers has no name"),
        pytest.param(BUILD, "y = build(*x, @)", ["build"], id="behind an argument that is unpacked"),
        pytest.param(BUILD, "y = build(@, *x)", ["units"], id="before one"),
        pytest.param("async def build(units): pass\n", "build(@)", ["build"], id="a coroutine"),
        pytest.param("def build(_): pass\n", "build(@)", ["build"], id="a parameter without a name"),
        pytest.param("def Adam(params, lr): pass\n", "Adam(x, @)", ["lr"], id="before the well-known name"),
        pytest.param("", "def build(units): pass\n    build(@)", ["units"], id="an inner function"),
        pytest.param("", "def build(units): pass\n    y = {{choice([0, build(uniform(0, 1))])}}", ["y", "y.units"], id="in an option"),
        pytest.param("@functools.lru_cache(maxsize=8)\ndef build(units): pass\n", "build(@)", ["units"], id="a decorator that keeps parameters"),
        pytest.param("@given\ndef build(units): pass\n", "build(@)", ["build"], id="a decorator that may change them"),
        pytest.param(f"{BUILD}if x:\n    def build(size): pass\n", "build(@)", ["build"], id="two definitions"),
        pytest.param(f"{BUILD}build = wrapped(build)\n", "build(@)", ["build"], id="a name that is bound again"),
        pytest.param(f"{BUILD}m.build = print\n", "build(@)", ["build"], id="an attribute of that name that is set"),
        pytest.param(f"{BUILD}setattr(m, 'build', print)\n", "build(@)", ["build"], id="a name that a text may replace"),
        pytest.param(f"{BUILD}with mock.patch('m.build'): pass\n", "build(@)", ["build"], id="a name that is patched"),
        pytest.param(f"{BUILD}setattr(m, 'other', print)\n", "build(@)", ["units"], id="another one that a text replaces"),
        pytest.param(f"{BUILD}m.eval()\n", "build(@)", ["units"], id="a network that is put in another mode"),
        pytest.param(NET.replace("@", "1"), "Net(@, @)", ["units", "rate"], id="a class of a library's base"),
        pytest.param(NET, "Net(1, 2).make()", ["block"], id="a method, which another class may have"),
        pytest.param(f"{NET.replace('@', '1')}class Deep(Net): pass\n", "Deep(@, 2)", ["units"], id="a class that inherits its __init__"),
        pytest.param(f"{NET.replace('@', '1')}class Deep(Net):\n    def __new__(cls, *args): pass\n", "Deep(@)", ["Deep"], id="a class with __new__"),
        pytest.param(f"{NET.replace('@', '1')}Net.__init__ = print\n", "Net(@)", ["Net"], id="an __init__ that is replaced"),
        pytest.param("class Net(metaclass=Meta):\n    def __init__(self, units): pass\n", "Net(@)", ["Net"], id="a class with a metaclass"),
        pytest.param("class Net(Net): pass\n", "Net(@)", ["Net"], id="a class that is its own base"),
        pytest.param("class Net(a, b): pass\n", "Net(@)", ["Net"], id="a class of several bases"),
        pytest.param(f"@dataclass\n{CONFIG}", "Config(@, @)", ["units", "rate"], id="a dataclass"),
        pytest.param(f"@dataclass(kw_only=True)\n{CONFIG}", "Config(@)", ["Config"], id="a dataclass of keywords"),
        pytest.param("@dataclass\nclass Config:\n    units: int\n    _: KW_ONLY\n    rate: float\n", "Config(@, @)", ["units", "Config"], id="a dataclass with some"),
        pytest.param("class Config(NamedTuple):\n    units: int\n", "Config(@)", ["units"], id="a named tuple"),
        pytest.param("class Net(nn.Module):\n    units: int\n", "Net(@)", ["units"], id="a module of Flax"),
    ],
)  # fmt: skip
def test_an_argument_of_ones_own_function_is_called_after_its_parameter(
    definitions: str, line: str, expected: list[str]
) -> None:
    names = "ClassVar, KW_ONLY, Meta, NamedTuple, a, b, dataclass, field, functools, given, m, mock, nn, wrapped, x"
    text = f"from library import {names}\n{definitions}def model():\n    {line}\n    return {{'loss': 1}}\n"
    assert labels(re.sub(r"@(?!\w)", D, text)) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param(beside("from nets import build\ndef model():\n    return {'loss': build({{uniform(0, 1)}})}\n", nets=BUILD), ["units"], id="of a file beside it"),
        pytest.param(project("import nets\ndef model():\n    return {'loss': nets.build({{uniform(0, 1)}})}\n", {"nets.py": BUILD}), ["units"], id="of an imported module"),
        pytest.param(project("from pkg import build as made\ndef model():\n    return {'loss': made({{uniform(0, 1)}})}\n", {"pkg/__init__.py": "from pkg.nets import build\n", "pkg/nets.py": BUILD}), ["units"], id="that a package imports"),
        pytest.param(project("from nets import Deep\ndef model():\n    return {'loss': Deep({{uniform(0, 1)}}, 1)}\n", {"nets.py": "from base import Net\nclass Deep(Net): pass\n", "base.py": NET.replace("@", "1")}), ["units"], id="of a base in another module"),
        pytest.param(project("from nets import build\ndef model():\n    return {'loss': build({{uniform(0, 1)}})}\n", {"nets.py": f"{BUILD}import nets\nnets.build = print\n"}), ["build"], id="that its module replaces"),
        pytest.param(project("from nets import build\ndef model():\n    return {'loss': build({{uniform(0, 1)}})}\n", {"nets.py": f"{BUILD}def f():\n    global build\n"}), ["build"], id="that a function of its module may replace"),
        pytest.param(project("from nets import build\ndef model():\n    return {'loss': build({{uniform(0, 1)}})}\n", {"nets.py": "from nets import build\n"}), ["build"], id="that is imported from itself"),
    ],
)  # fmt: skip
def test_an_argument_of_a_function_elsewhere(template: Source, expected: list[str]) -> None:
    assert labels(template) == expected


@pytest.mark.parametrize(
    "call",
    [
        *("abs", "bool", "conditional", "float", "int", "len", "list", "max", "min", "range", "round"),
        *("str", "tuple", "sum", "enumerate", "iter", "next", "reversed", "set", "sorted", "zip"),
        *("array", "tensor", "exp", "log10", "pow", "sqrt"),
    ],
)
def test_a_conversion_is_walked_through(call: str) -> None:
    text = f"from numpy import *\nfrom hyperas.distributions import conditional\ndef model(f=print):\n    f({call}({D}))\n    return 1\n"
    assert labels(text) == ["f"]
    assert inside(f"y = x.{call}(@, 3)") == ["y"]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        pytest.param("@Dense(@1)\n    def f(): pass", "Dense", id="the callee of a decorator"),
        pytest.param("@Dense(rate=@1)\n    class A: pass", "rate", id="a keyword of a decorator"),
        pytest.param("@(@1)\n    def f(): pass", "uniform", id="a decorator itself"),
    ],
)
def test_a_marker_in_a_decorator(line: str, label: str) -> None:
    assert labels(f"def model(Dense=print):\n    {line.replace('@1', D)}\n    return 1\n") == [label]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            "Dropout(@)\nDropout(@)\nDropout(@)", ["Dropout", "Dropout_1", "Dropout_2"], id="repeats"
        ),
        pytest.param("x = @\nx_1 = @\nx = @", ["x", "x_1", "x_2"], id="a number that a name has already"),
        pytest.param(
            "x_1 = @\nx = @\nx = @\nx = @", ["x_1", "x", "x_2", "x_3"], id="a number that is taken first"
        ),
        pytest.param(
            "x = @\nx = {{uniform(0, 1, name='x_1')}}\nx = @",
            ["x", "x_1", "x_2"],
            id="a number that a marker asks for",
        ),
        pytest.param(
            "y = @\nz = {{uniform(0, 1, name='y')}}", ["y_1", "y"], id="a given label is taken first"
        ),
        pytest.param("a, b = @, @", ["a", "b"], id="one for each name of a tuple"),
        pytest.param("a, *b = @, @", ["a", "a_1"], id="the first, where others are a list"),
        pytest.param("@ + @", ["uniform", "uniform_1"], id="two without a place"),
    ],
)
def test_repeats_are_numbered_in_source_order(lines: str, expected: list[str]) -> None:
    assert inside(lines) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "x = {{choice([0, uniform(0, 1)])}}", ["x", "x.1"], id="after its choice and its option's number"
        ),
        pytest.param(
            "x = {{choice([uniform(0, 1), choice([1, normal(0, 1)])])}}",
            ["x", "x.0", "x.1", "x.1.1"],
            id="several levels",
        ),
        pytest.param(
            "x = {{choice([[uniform(0, 1), normal(0, 1)], 0])}}",
            ["x", "x.0", "x.0_1"],
            id="two in one option",
        ),
        pytest.param(
            "x = {{choice([Dense(units=randint(5)), 0])}}", ["x", "x.units"], id="and its place in the option"
        ),
        pytest.param(
            "clf = {{choice([SVC(C=uniform(0, 1)), k(max_depth=randint(5), x=3 * randint(9))])}}",
            ["clf", "clf.C", "clf.max_depth", "clf.x"],
            id="the keywords of each option",
        ),
        pytest.param(
            "clf = {{choice([k(depth=randint(5)), k(depth=randint(9))])}}",
            ["clf", "clf.depth", "clf.depth_1"],
            id="one keyword of two options",
        ),
        pytest.param(
            "x = {{choice([{'lr': uniform(0, 1)}, Adam(uniform(0, 1))])}}",
            ["x", "x.lr", "x.learning_rate"],
            id="a key, and a well-known callee",
        ),
        pytest.param("x = {{choice([0, uniform(0, 1, name='depth')])}}", ["x", "depth"], id="or as it asks"),
        pytest.param(
            "x = {{choice([0, choice([1, randint(5)], name='b')], name='a')}}",
            ["a", "b", "b.1"],
            id="after a choice with a name",
        ),
        pytest.param(
            "x = {{pchoice([(0.5, 0), (0.5, uniform(0, 1))])}}", ["x", "x.1"], id="in a weighted choice"
        ),
        pytest.param(
            "x = {{choice([1, uniform(0, 1)])}}\nx = {{choice([1, uniform(0, 1)])}}",
            ["x", "x.1", "x_1", "x_1.1"],
            id="after a choice that is numbered",
        ),
    ],
)
def test_an_inner_distribution_is_called_after_its_choice(line: str, expected: list[str]) -> None:
    assert inside(line) == expected


def test_the_same_name_twice_is_an_error() -> None:
    text = "def model():\n    return {{uniform(0, 1, name='a')}}, {{choice([1, normal(0, 1, name='a')])}}\n"
    assert codes(text) == ["LABEL"]


def test_a_marker_that_is_left_out_takes_no_label() -> None:
    text = "def model():\n    rate = {{uniform(0, 1)}}\n    return rate\nif __name__ == '__main__':\n    rate = {{uniform(0, 1)}}\n"
    assert labels(text) == ["rate"]


@pytest.mark.parametrize(
    "key", ["a=b", "a\\nb", "\\ud800", " "], ids=["an equals sign", "a line end", "a surrogate", "a blank"]
)
def test_a_key_that_cannot_be_a_label_is_passed_by(key: str) -> None:
    assert inside(f"y = {{'{key}': @}}") == ["y"]
