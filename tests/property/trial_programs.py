"""Random templates for the law of fresh runs: scripts, model functions with and without data, notebooks.

A template is several snippets of `SNIPPETS`, each in pieces that keep their order while the pieces of others
come between them. In a model template the later pieces of a snippet may stand in the functions.

Placeholders: ``$a`` and ``$b`` are two of four lists of the module, ``$i`` is an item (a number, perhaps a
marker), ``$n`` is a number of the snippet's own, so that its names are too.
"""

from __future__ import annotations

import ast
import itertools
import os
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from hypothesis import strategies as st

from hypertemplate.compiler.syntax.scopes import names_of
from tests.property.file_pieces import FILE_PIECES
from tests.property.indirect_snippets import INDIRECT
from tests.property.kept_snippets import KEPT
from tests.property.method_snippets import METHODS
from tests.property.module_snippets import FROM_MODULES, IMPORTED, RETURNED, USES
from tests.property.process_snippets import RANDOM_NUMBERS, SETTINGS
from tests.property.search_pieces import beside, search
from tests.property.trial_file_pieces import TRIAL_FILE_PIECES

LISTS = ("a", "b", "c", "d")
MARKER = "{{choice([10, 20, 30])}}"
OPTIONS = (10, 20, 30)

HEAD = """\
import copy, functools, itertools, json, operator, os
from collections import ChainMap, defaultdict, deque
from dataclasses import dataclass, field
from pathlib import Path
a, b = [1], [2, 3]
c = [4]
d = [5, 6]
"""


SHOWN = ("[", "(", "{'loss'")
"""How what a template shows begins, other than the name of an error."""

ENDS = (
    "loss = $shown",
    "def summed():\n    return $shown\nloss = summed()",
    "for turn in range(2):\n    loss = $shown",
    "try:\n    loss = $shown\nexcept ZeroDivisionError:\n    loss = []",
)
"""Ends of a script, which leave what is shown in ``loss``."""


@dataclass(frozen=True)
class Snippet:
    """Pieces of code that belong together, and an expression that shows what they left behind."""

    pieces: tuple[str, ...]
    shown: str = "0"


def _of(*pieces: str, shown: str = "0") -> Snippet:
    return Snippet(pieces, shown)


ITEMS = (
    *("7", "len($a)", "sum(map(int, $a[:1]))", "(7 if len($a) > 2 else len($b))"),
    *(MARKER, MARKER, f"(7 if len($a) > 2 else {MARKER})", f"max(len($b), {MARKER})"),
)

SNIPPETS: dict[str, tuple[Snippet, ...]] = {
    "imported modules": tuple(_of(*pieces, shown=f"[{shown}]") for pieces, shown in IMPORTED),
    "random numbers": tuple(_of(*pieces, shown=shown) for pieces, shown in RANDOM_NUMBERS),
    "methods of one name": tuple(_of(*pieces, shown=shown) for pieces, shown in METHODS),
    "settings": tuple(_of(*pieces, shown=shown) for pieces, shown in SETTINGS),
    "plain statements": (
        _of("$a = [$i]"),
        _of("$a = $b + [$i]"),
        _of("$a = list($b)"),
        _of("$a.append($i)"),
        _of("$a[:0] = [$i]"),
        _of("del $a[1:]"),
        _of("$a = [len($b), $i]"),
        _of("if $i in (20, 2):\n    $a.append(1)\nelse:\n    $b.append(2)"),
        _of("for _ in range(2):\n    $a.append($i)"),
        _of("while len($a) < 3:\n    $a.append($i)"),
        _of("$a = [$b.pop() if $b else 0, $i]"),
    ),
    "decorators": (
        _of(
            "hooks$n = []\ndef register$n(f):\n    hooks$n.append(f)\n    return f",
            "@register$n\ndef build$n():\n    return $i",
            shown="[f() for f in hooks$n]",
        ),
        _of(
            "made$n = []\ndef start$n(f):\n    made$n.append(f(1))\n    return f",
            "@start$n\ndef early$n(x):\n    return x + $i",
            "$a.append(early$n(2))",
            shown="made$n",
        ),
        _of(
            "calls$n = []\ndef logged$n(f):\n    @functools.wraps(f)\n    def inner(*args):\n"
            "        calls$n.append(args)\n        return f(*args)\n    return inner",
            "@logged$n\ndef twice$n(x):\n    return 2 * x",
            "$a.append(twice$n($i))",
            shown="calls$n",
        ),
        _of(
            "table$n = {}\ndef named$n(name):\n    def keep(f):\n        table$n[name] = f\n        return f\n"
            "    return keep",
            "@named$n($i)\ndef entry$n():\n    return len($a)",
            shown="[(k, f()) for k, f in table$n.items()]",
        ),
        _of(
            "layers$n = []",
            "@layers$n.append\ndef layer$n():\n    return $i",
            shown="[f() for f in layers$n]",
        ),
        _of(
            "class Counted$n:\n    def __init__(self, f):\n        self.f, self.calls = f, 0\n"
            "    def __call__(self, x):\n        self.calls += 1\n        return self.f(x)",
            "@Counted$n\ndef half$n(x):\n    return x // 2",
            "$a.append(half$n($i))",
            shown="half$n.calls",
        ),
        _of(
            "def tagged$n(f):\n    f.tags = [1]\n    return f",
            "@tagged$n\ndef tag$n(x):\n    tag$n.tags.append(x)\n    return len(tag$n.tags)",
            "$a.append(tag$n($i))",
            shown="tag$n.tags",
        ),
        _of(
            "@functools.lru_cache(maxsize=None)\ndef cached$n(x):\n    return x + len($b)",
            "$a.append(cached$n(3))",
            "$b.append($i)",
            "$a.append(cached$n(3))",
        ),
        _of(
            "seen$n = []\ndef both$n(f):\n    seen$n.append(f.__name__)\n    return f",
            "@both$n\n@both$n\ndef pair$n():\n    return $i",
            "$a.append(pair$n())",
            shown="seen$n",
        ),
        _of(
            "@functools.singledispatch\ndef told$n(x):\n    return 0",
            "@told$n.register(int)\ndef _(x):\n    return x + $i",
            "$a.append(told$n(1))",
            shown="told$n('x'), told$n(2)",
        ),
        _of(
            "kinds$n = []\ndef kind$n(cls):\n    kinds$n.append(cls.size)\n    return cls",
            "@kind$n\nclass Kind$n:\n    size = $i",
            shown="kinds$n",
        ),
    ),
    "class bodies": (
        _of(
            "names$n = []",
            "class Config$n:\n    names$n.append($i)\n    rate = len(names$n)",
            shown="names$n",
        ),
        _of("class Box$n:\n    items = [$i]", "Box$n.items.append($i)", shown="Box$n.items"),
        _of(
            "class Own$n:\n    for size in (1, 2):\n        $a.append(size)\n    last = $i",
            shown="Own$n.last",
        ),
        _of(
            "class Out$n:\n    class In:\n        rows = []\n    def put(self, x):\n        self.In.rows.append(x)",
            "Out$n().put($i)",
            shown="Out$n.In.rows",
        ),
        _of("class Grown$n:\n    rows = $a\n    rows.append($i)", shown="Grown$n.rows"),
        _of(
            "class Read$n:\n    first = len($a)\n    def get(self):\n        return self.first, len($b)",
            "$a.append($i)",
            shown="Read$n().get()",
        ),
        _of(
            "class Twin$n:\n    kept = []\n    def add(self, x):\n        self.kept.append(x)\n        return len(self.kept)",
            "twin$n = Twin$n()",
            "$a.append(twin$n.add($i))",
            shown="Twin$n.kept",
        ),
    ),
    "defaults": (
        _of(
            "def memo$n(x, seen=[]):\n    seen.append(x)\n    return len(seen)",
            "$a.append(memo$n($i))",
            "$b.append(memo$n(1))",
        ),
        _of("def late$n(x=$a.append($i)):\n    return x"),
        _of("def given$n(x, kept=$a):\n    kept.append(x)\n    return len(kept)", "$b.append(given$n($i))"),
        _of(
            "pick$n = lambda x, kept={}: kept.setdefault(x, len(kept))",
            "$a.append(pick$n($i))",
            "$b.append(pick$n(5))",
        ),
        _of(
            "def keyed$n(x, *, kept=dict(n=0)):\n    kept['n'] += x\n    return kept['n']",
            "$a.append(keyed$n($i))",
            "$a.append(keyed$n(1))",
        ),
        _of("def noted$n(x: $a.append($i), y=1) -> $b.append(1):\n    return x"),
    ),
    "comprehensions": (
        _of("[$a.append(x) for x in (1, $i)]"),
        _of("$a = [x + $i for x in $b]"),
        _of("out$n = {x: $a.append(x) for x in range(2)}", shown="len(out$n)"),
        _of("lazy$n = ($a.append(x) for x in (1, $i))", "$b.append(len(list(lazy$n)))"),
        _of("gen$n = (x + len($a) for x in $b)", "$a.append($i)", "$a.append(next(gen$n, 0))"),
        _of("def grow$n(x):\n    $b.append(x)\n    return x", "$a = [grow$n(x) for x in (1, $i)]"),
        _of("$a = sorted({grow for grow in (1, $i)})"),
        _of("any($a.append(x) for x in (1, $i))"),
    ),
    "with": (
        _of(
            "class Watch$n:\n    def __init__(self):\n        self.log = []\n    def __enter__(self):\n"
            "        self.log.append('in')\n        return self\n    def __exit__(self, *_):\n"
            "        self.log.append('out')",
            "watch$n = Watch$n()",
            "with watch$n as w$n:\n    $a.append($i)",
            shown="watch$n.log",
        ),
        _of(
            "import contextlib\nlog$n = []\n@contextlib.contextmanager\ndef timer$n(x):\n    log$n.append(x)\n"
            "    yield log$n",
            "with timer$n($i) as got$n:\n    got$n.append(0)",
            shown="log$n",
        ),
        _of(
            "class Swap$n:\n    def __enter__(self):\n        self.old = list($a)\n        $a.append(9)\n"
            "    def __exit__(self, *_):\n        $a[:] = self.old",
            "with Swap$n():\n    $b.append(len($a) + $i)",
        ),
    ),
    "try and finally": (
        _of(
            "try:\n    $a.append($i)\n    $a[99]\nexcept IndexError:\n    $b.append(1)\nfinally:\n    $a.append(2)"
        ),
        _of(
            "errors$n = []\ndef risky$n(x):\n    try:\n        return 1 // (x - 10)\n"
            "    except ZeroDivisionError as e:\n        errors$n.append(str(e))\n        return 0\n"
            "    finally:\n        errors$n.append(x)",
            "$a.append(risky$n($i))",
            shown="errors$n",
        ),
    ),
    "match": (
        _of(
            "config$n = {'sizes': [1]}",
            "match config$n:\n    case {'sizes': sizes$n}:\n        sizes$n.append($i)",
            shown="config$n",
        ),
        _of(
            "match $a:\n    case [first$n, *rest$n]:\n        $b.append(first$n)\n    case _:\n        $b.append($i)"
        ),
        _of(
            "match [$a, $i]:\n    case [got$n, 20]:\n        got$n.append(20)\n    case [got$n, other$n]:\n"
            "        got$n.append(1)"
        ),
    ),
    "augmented and item assignment": (
        _of("$a += [$i]"),
        _of("nested$n = [[1], [2]]", "nested$n[0] += [$i]", "nested$n[1].append(3)", shown="nested$n"),
        _of("total$n = 0", "total$n += $i", shown="total$n"),
        _of("counts$n = defaultdict(int)", "counts$n[$i] += 1", "counts$n[2] += 1", shown="dict(counts$n)"),
        _of("class Sum$n:\n    n = 0", "Sum$n.n += $i", shown="Sum$n.n"),
        _of("matrix$n = [[0] * 2 for _ in range(2)]", "matrix$n[0][1] = $i", shown="matrix$n"),
        _of("first$n, $a[0:1] = $i, [2]", shown="first$n"),
        _of(
            "window$n = deque([1], maxlen=2)",
            "window$n.append($i)",
            "window$n.rotate(1)",
            shown="list(window$n)",
        ),
        _of("text$n = 'x'", "text$n += str($i)", shown="text$n"),
        _of("for $a[0:1] in ([1], [$i]):\n    pass"),
    ),
    "properties and items of objects": (
        _of(
            "class Prop$n:\n    def __init__(self):\n        self._kept = []\n    @property\n    def size(self):\n"
            "        self._kept.append(1)\n        return len(self._kept)\n    @size.setter\n"
            "    def size(self, value):\n        self._kept.append(value)",
            "prop$n = Prop$n()",
            "prop$n.size = $i",
            "$a.append(prop$n.size)",
            shown="prop$n._kept",
        ),
        _of(
            "class Store$n:\n    def __init__(self):\n        self.log = []\n    def __setitem__(self, key, value):\n"
            "        self.log.append((key, value))\n    def __getitem__(self, key):\n"
            "        self.log.append(key)\n        return len(self.log)",
            "store$n = Store$n()",
            "store$n['x'] = $i",
            "$a.append(store$n['y'])",
            shown="store$n.log",
        ),
        _of(
            "class Attr$n:\n    def __getattr__(self, name):\n        $a.append(name)\n        return len($a)",
            "attr$n = Attr$n()",
            "$b.append(attr$n.some + $i)",
        ),
        _of(
            "class Call$n:\n    def __init__(self, log):\n        self.log = log\n    def __call__(self, x):\n"
            "        self.log.append(x)\n        return x",
            "call$n = Call$n($a)",
            "$b.append(call$n($i))",
        ),
        _of(
            "class Plus$n:\n    def __init__(self):\n        self.n = 0\n    def __add__(self, x):\n"
            "        self.n += x\n        return self.n",
            "plus$n = Plus$n()",
            "$a.append(plus$n + $i)",
            shown="plus$n.n",
        ),
        _of(
            "class Len$n:\n    asked = 0\n    def __len__(self):\n        self.asked += 1\n        return self.asked",
            "len$n = Len$n()",
            "$a.append(len(len$n) + $i)",
            shown="len$n.asked",
        ),
        _of(
            "class Shift$n:\n    def __init__(self):\n        self.n = []\n    def __lshift__(self, x):\n"
            "        self.n.append(x)\n        return self",
            "shift$n = Shift$n()",
            "shift$n << $i << 2",
            shown="shift$n.n",
        ),
    ),
    "closures": (
        _of(
            "def meter$n():\n    seen = []\n    def add(x):\n        seen.append(x)\n        return len(seen)\n"
            "    return add",
            "add$n = meter$n()",
            "$a.append(add$n($i))",
            "$b.append(add$n(1))",
        ),
        _of(
            "def counter$n():\n    n = 0\n    def tick():\n        nonlocal n\n        n += 1\n        return n\n"
            "    return tick",
            "tick$n = counter$n()",
            "$a.append(tick$n() + $i)",
        ),
        _of(
            "def keep$n(kept):\n    def put(x):\n        kept.append(x)\n        return x\n    return put",
            "put$n = keep$n($a)",
            "$b.append(put$n($i))",
        ),
        _of("acts$n = [lambda x: $a.append(x), len]", "acts$n[0]($i)"),
        _of(
            "two$n = dict(zip(['get', 'put'], (lambda s: (lambda: list(s), s.append))([1])))",
            "two$n['put']($i)",
            shown="two$n['get']()",
        ),
    ),
    "global and nonlocal": (
        _of("def reset$n():\n    global $a\n    $a = [$i]", "reset$n()"),
        _of(
            "state$n = 0\ndef bump$n(by):\n    global state$n\n    state$n += by\n    return state$n",
            "$a.append(bump$n($i))",
            "$a.append(bump$n(1))",
            shown="state$n",
        ),
        _of(
            "def outer$n(x):\n    def inner():\n        global new$n\n        new$n = x\n    inner()",
            "outer$n($i)",
            shown="new$n",
        ),
        _of(
            "def rate$n(x):\n    global rated$n\n    rated$n = [x]",
            "rate$n($i)",
            "seen$n = list(rated$n)",
            "rate$n(1)",
            shown="seen$n, rated$n",
        ),
        _of(
            "class Set$n:\n    def __init__(self, x):\n        global $a\n        $a = [x]",
            "Set$n($i)",
            "seen$n = list($a)",
            shown="seen$n",
        ),
        _of("def swap$n():\n    global $a, $b\n    $a, $b = $b, $a", "swap$n()", "$a.append($i)"),
    ),
    "functions that keep what they get": (
        _of("kept$n = []\ndef keep$n(x):\n    kept$n.append(x)", "keep$n($a)", "kept$n[0].append($i)"),
        _of(
            "class Holder$n:\n    def __init__(self, rows):\n        self.rows = rows",
            "holder$n = Holder$n($a)",
            "holder$n.rows.append($i)",
        ),
        _of("def same$n(x):\n    return x", "other$n = same$n($a)", "other$n.append($i)"),
        _of(
            "def into$n(box, x):\n    box['x'] = x\n    return box",
            "box$n = into$n({}, $a)",
            "box$n['x'].append($i)",
        ),
        _of(
            "class Net$n:\n    def __init__(self):\n        self.parts = []\n    def add(self, part):\n"
            "        self.parts.append(part)\n        return self",
            "net$n = Net$n().add($a)",
            "net$n.add($b).parts[0].append($i)",
            shown="net$n.parts",
        ),
        _of("rate$n = {'x': $a}\ndef register$n(x):\n    rate$n['x'].append(x)", "register$n($i)"),
        _of("say$n = functools.partial(operator.iadd, $a)", "say$n([$i])"),
    ),
    "attributes and names by text": (
        _of(
            "class Space$n:\n    pass",
            "setattr(Space$n, 'x', [$i])",
            "getattr(Space$n, 'x').append(1)",
            shown="Space$n.x",
        ),
        _of("class Spot$n:\n    x = 1", "spot$n = Spot$n()", "vars(spot$n)['x'] = $i", shown="spot$n.x"),
        _of("globals()['text$n'] = $i", "$a.append(text$n)"),
        _of("globals()['$a'].append($i)"),
        _of("getattr($a, 'append')($i)"),
        _of(
            "spaced$n = type('Spaced$n', (), {'kept': []})", "spaced$n.kept.append($i)", shown="spaced$n.kept"
        ),
        _of("operator.methodcaller('append', $i)($a)"),
        _of("exec('$a.append(3)')", "$a.append($i)"),
        _of("vars()['$b'].append($i)"),
        _of("spot2$n = type('S', (), {})()", "spot2$n.__dict__.update(x=$i)", shown="spot2$n.x"),
    ),
    "zip, enumerate, map": (
        _of("for x$n, y$n in zip([$a, $b], (1, $i)):\n    x$n.append(y$n)"),
        _of("for i$n, x$n in enumerate([$a, $b]):\n    x$n.append(i$n + $i)"),
        _of("list(map($a.append, [$i]))"),
        _of("list(map(lambda x: x.append($i), [$a, $b]))"),
        _of("pairs$n = zip('abcd', $a)", "$b.append(len(next(pairs$n, ())) + $i)", shown="list(pairs$n)"),
        _of("rows$n = iter(range(9))", "$a.append(next(rows$n, 0) + $i)", "$b.append(next(rows$n, 0))"),
        _of(
            "hist$n = {'loss': [], 'acc': []}",
            "for key$n, rows$n in hist$n.items():\n    rows$n.append($i)",
            shown="hist$n",
        ),
        _of("list(filter($a.append, [$i]))"),
        _of("functools.reduce(lambda x, y: x.append(y) or x, [1, $i], $a)"),
        _of("sorted([1, $i], key=$a.append if False else lambda x: $a.append(x) or x)"),
        _of("counts$n = itertools.count()", "$a.append(next(counts$n) + $i)", "$b.append(next(counts$n))"),
    ),
    "dataclasses and registries of classes": (
        _of(
            "@dataclass\nclass Row$n:\n    x: int = 1\n    kept: list = field(default_factory=list)",
            "row$n = Row$n()",
            "row$n.kept.append($i)",
            shown="row$n",
        ),
        _of(
            "class Base$n:\n    known = []\n    def __init_subclass__(cls, **kw):\n        Base$n.known.append(cls.size)",
            "class Sub$n(Base$n):\n    size = $i",
            shown="Base$n.known",
        ),
        _of(
            "class Meta$n(type):\n    made = []\n    def __new__(cls, name, bases, body):\n"
            "        cls.made.append(body.get('size', 0))\n        return super().__new__(cls, name, bases, body)",
            "class Typed$n(metaclass=Meta$n):\n    size = $i",
            shown="Meta$n.made",
        ),
        _of(
            "class Named$n:\n    def __set_name__(self, owner, name):\n        $a.append(name)",
            "class User$n:\n    x = Named$n()\n    y = $i",
        ),
        _of(
            "class Noting$n(type):\n    def __call__(cls, *given):\n        $a.append(len(given))\n"
            "        return super().__call__(*given)",
            "class Noted$n(metaclass=Noting$n):\n    def __init__(self, x):\n        self.x = x",
            "Noted$n($i)",
        ),
        _of("class Ends$n:\n    def __del__(self):\n        $a.append($i)", "Ends$n()", "$b.append(len($a))"),
        _of(
            "class Made$n:\n    made = []\n    def __init__(self, x):\n        Made$n.made.append(x)",
            "Made$n($i)",
            "Made$n(1)",
            shown="Made$n.made",
        ),
    ),
    "inheritance": (
        _of(
            "class Root$n:\n    def __init__(self):\n        self.log = []\n    def put(self, x):\n"
            "        self.log.append(x)",
            "class Leaf$n(Root$n):\n    def put(self, x):\n        super().put(x + 1)",
            "leaf$n = Leaf$n()",
            "leaf$n.put($i)",
            "leaf$n.put(2)",
            shown="leaf$n.log",
        ),
        _of(
            "class Seen$n:\n    seen = []\n    @classmethod\n    def see(cls, x):\n        cls.seen.append(x)",
            "class Seer$n(Seen$n):\n    pass",
            "Seer$n.see($i)",
            shown="Seen$n.seen",
        ),
        _of(
            "class Rows$n(list):\n    def put(self, x):\n        self.append(x)\n        return len(self)",
            "rows$n = Rows$n([1])",
            "$a.append(rows$n.put($i))",
            shown="list(rows$n)",
        ),
        _of(
            "class Memo$n(dict):\n    def __missing__(self, key):\n        self[key] = len(self)\n        return self[key]",
            "memo$n = Memo$n()",
            "$a.append(memo$n[$i])",
            "$a.append(memo$n[3])",
        ),
        _of(
            "class Fit$n:\n    def fit(self, x):\n        self.n = getattr(self, 'n', 0) + len(x)\n        return self",
            "fit$n = Fit$n()",
            "$a.append(fit$n.fit($b).n + $i)",
        ),
    ),
    "aliases": (
        _of("alias$n = $a", "alias$n.append($i)"),
        _of("box$n = {'x': [$a]}", "box$n['x'][0].append($i)"),
        _of("pair$n = ($a, $b)", "first$n, second$n = pair$n", "second$n.append($i)"),
        _of("class Place$n:\n    x = $a", "Place$n.x.append($i)"),
        _of("$a = $b", "$b.append($i)"),
        _of("$a, $b = $b, $a"),
        _of("put$n = $a.append", "put$n($i)"),
        _of("puts$n = {'x': $a.append}", "puts$n['x']($i)"),
        _of("shallow$n = list([$a])", "shallow$n[0].append($i)"),
        _of("dict$n = {}", "chain$n = ChainMap(dict$n)", "chain$n['x'] = $i", shown="dict$n"),
        _of("deep$n = copy.deepcopy([$a])", "deep$n[0].append($i)", shown="deep$n"),
        _of("copy$n = copy.copy([$a])", "copy$n[0].append($i)"),
        _of("joined$n = [$a] + [$b]", "joined$n[1].append($i)"),
        _of("cond$n = $a if len($b) > 1 else $b", "cond$n.append($i)"),
        _of("either$n = $a or $b", "either$n.append($i)"),
        _of("(walrus$n := $a).append($i)"),
        _of("got$n = {'x': $a}.get('x')", "got$n.append($i)"),
        _of("last$n = [$a].pop()", "last$n.append($i)"),
        _of("most$n = max([$a, $b], key=len)", "most$n.append($i)"),
    ),
    "star-arguments": (
        _of(
            "def grow$n(*rows):\n    for row in rows:\n        row.append(1)",
            "grow$n(*[$a, $b])",
            "$a.append($i)",
        ),
        _of("def name$n(**rows):\n    rows['x'].append($i)", "name$n(**{'x': $a})"),
        _of("def pass$n(f, *args, **kw):\n    return f(*args, **kw)", "pass$n($a.append, $i)"),
        _of("first$n, *rest$n = [$a, $b, $i]", "rest$n[0].append(1)"),
        _of("def spread$n(*args):\n    args[0].insert(*args[1:])", "spread$n($a, 0, $i)"),
    ),
    "generators": (
        _of(
            "def numbers$n(rows):\n    for row in rows:\n        $a.append(row)\n        yield row",
            "gen$n = numbers$n([1, 2, 3])",
            "$b.append(next(gen$n, 0) + $i)",
            "$b.append(next(gen$n, 0))",
        ),
        _of(
            "def echo$n():\n    got = []\n    while True:\n        got.append((yield len(got)))",
            "talk$n = echo$n()\nnext(talk$n)",
            "$a.append(talk$n.send($i))",
        ),
    ),
    "callbacks": (
        _of(
            "class Hooks$n:\n    def __init__(self):\n        self.all = []\n    def on(self, f):\n"
            "        self.all.append(f)\n        return f\n    def fire(self, x):\n"
            "        return [f(x) for f in self.all]",
            "hooks$n = Hooks$n()",
            "@hooks$n.on\ndef log$n(x):\n    $a.append(x)",
            "hooks$n.fire($i)",
        ),
        _of("def run$n(then):\n    then($i)", "run$n($a.append)"),
        _of("def run$n(then):\n    then($i)\ndef note$n(x):\n    $a.append(x)", "run$n(note$n)"),
        _of(
            "import re\ndef found$n(m):\n    $a.append(len(m.group()))\n    return 'x'",
            "text$n = re.sub('x+', found$n, 'x' * ($i + 1))",
            "$b.append(len(text$n))",
        ),
        _of("todo$n = [$a.append]", "for do$n in todo$n:\n    do$n($i)"),
    ),
    "files": tuple(_of(*pieces) for pieces in FILE_PIECES),
    "files of a trial": tuple(_of(*pieces) for pieces in TRIAL_FILE_PIECES),
    **{
        kind: tuple(_of(*pieces, shown=f"[{shown}]") for pieces, shown in snippets)
        for kind, snippets in {**INDIRECT, **KEPT}.items()
    },
}
"""The kinds, each with its snippets."""

RETURNED_BY_DATA = RETURNED
ANALYSIS_ALONE = os.environ.get("HYPERTEMPLATE_LAW") == "analysis"
if ANALYSIS_ALONE:
    # A worker alone gives each trial files of its own, and puts back what other modules keep.
    for _kind in (
        *("imported modules", "files of a trial", "settings of own modules", "files of own modules"),
        *("written modules", "late reads", "trees"),
    ):
        del SNIPPETS[_kind]
    RETURNED_BY_DATA = tuple(one for one in RETURNED if one[0][0] in "a5'")


Kinds = Mapping[str, tuple[Snippet, ...]]


def kinds_without(pattern: re.Pattern[str]) -> Kinds:
    """The kinds, less the snippets in which a pattern is found."""
    left = {
        kind: tuple(one for one in snippets if not pattern.search("\n".join((*one.pieces, one.shown))))
        for kind, snippets in SNIPPETS.items()
    }
    return {kind: snippets for kind, snippets in left.items() if snippets}


@st.composite
def _pieces(draw: st.DrawFn, number: int, kinds: Kinds) -> Snippet:
    """A snippet with its placeholders filled in."""
    kind = draw(st.sampled_from(sorted(kinds)))
    snippet = draw(st.sampled_from(kinds[kind]))
    names = draw(st.permutations(LISTS))

    def filled(text: str) -> str:
        # Each place of an item is drawn by itself, and each marker in it is a parameter.
        parts = text.split("$i")
        items = [Template(draw(st.sampled_from(ITEMS))).substitute(a=names[0], b=names[1]) for _ in parts[1:]]
        plain = [Template(part).substitute(a=names[0], b=names[1], n=number) for part in parts]
        return plain[0] + "".join(item + part for item, part in zip(items, plain[1:], strict=True))

    return Snippet(tuple(filled(piece) for piece in snippet.pieces), filled(snippet.shown))


@st.composite
def _drawn(draw: st.DrawFn, most: int, kinds: Kinds) -> tuple[list[tuple[int, str]], list[str]]:
    """The pieces of several snippets in a drawn order, each with its snippet's number; and what shows them."""
    snippets = [draw(_pieces(number, kinds)) for number in range(draw(st.integers(1, most)))]
    left = {number: list(snippet.pieces) for number, snippet in enumerate(snippets)}
    order: list[tuple[int, str]] = []
    while left:
        number = draw(st.sampled_from(sorted(left)))
        order.append((number, left[number].pop(0)))
        if not left[number]:
            del left[number]
    return order, [snippet.shown for snippet in snippets]


def _summed(shown: list[str]) -> str:
    return f"[{', '.join((*LISTS, *shown, MARKER))}]"


@st.composite
def scripts(draw: st.DrawFn, kinds: Kinds = SNIPPETS) -> str:
    """A script that leaves what it did in ``loss``."""
    order, shown = draw(_drawn(5, kinds))
    lines = [piece for _, piece in order]
    end = Template(draw(st.sampled_from(ENDS))).substitute(shown=_summed(shown))
    return "\n".join([HEAD, *lines, end, ""])


@st.composite
def model_templates(draw: st.DrawFn, kinds: Kinds = SNIPPETS, *, in_memory: bool = False) -> str:
    """A model function that returns what was done, some of it by itself or by ``data()``.

    For code that is `in_memory`, ``data()`` returns nothing that another module has made, and the file starts no
    search of its own.
    """
    order, shown = draw(_drawn(5, kinds))
    has_data = draw(st.booleans())
    bodies: dict[str, list[str]] = {"module": [], "data": [], "model": []}
    places = list(bodies) if has_data else ["module", "model"]
    reached: dict[int, int] = {}
    for number, piece in order:
        first = reached.get(number, 0)
        reached[number] = draw(st.sampled_from(range(first, len(places))))
        bodies[places[reached[number]]].append(piece)
    taken = draw(st.sampled_from(("x, y", "x", ""))) if has_data else ""
    returned, uses, seen = (
        draw(st.sampled_from(RETURNED_BY_DATA))
        if taken == "x, y" and not in_memory
        else ("[c, 1]", USES, taken)
    )
    can = [f"    {use}" for name, use in uses.items() if name in taken]
    kept = draw(st.lists(st.sampled_from(can), unique=True)) if can else []
    head = [HEAD] if returned == "[c, 1]" else [HEAD, FROM_MODULES]
    data = ["def data():", *_body(bodies["data"]), f"    return {returned if taken else 0}"]
    model = [f"def model({taken}):", *_body(bodies["model"]), *kept]
    model += [f"    return {{'loss': len(a), 'shown': [{', '.join(filter(None, (seen, _summed(shown))))}]}}"]
    functions = ["\n".join(data)] * has_data + ["\n".join(model)]
    for statement in draw(beside(LISTS)):
        bodies["module"].insert(draw(st.integers(0, len(bodies["module"]))), statement)
    below = draw(st.integers(0, len(bodies["module"])))
    lines = bodies["module"][:below] + functions + bodies["module"][below:]
    return "\n".join([*head, *lines, *([] if in_memory else draw(search(has_data))), ""])


def _body(pieces: list[str]) -> list[str]:
    """The pieces as the body of a function that works on the module's names."""
    text = "\n".join(pieces)
    if not text:
        return []
    # The standard library's symtable counts the variables of comprehensions too, since Python 3.12. No parameter
    # of the model can be global.
    statements = ast.parse(text.replace(MARKER, "0")).body
    bound = sorted(set().union(*(names_of(statement).binds for statement in statements)) - {"x", "y"})
    declared = [f"global {', '.join(bound)}"] if bound else []
    return [textwrap.indent("\n".join([*declared, text]), "    ")]


@st.composite
def notebooks(draw: st.DrawFn) -> tuple[str, ...]:
    """The cells of a notebook: a script, or a model function, cut between statements of the top level."""
    text = draw(st.one_of(scripts(), model_templates()))
    lines = text.splitlines(keepends=True)
    starts = [
        min([n.lineno, *(d.lineno for d in getattr(n, "decorator_list", ()))]) for n in ast.parse(text).body
    ]
    cuts = [0, *(start - 1 for start in starts[1:] if draw(st.booleans())), len(lines)]
    return tuple("".join(lines[begin:end]) for begin, end in itertools.pairwise(cuts))
