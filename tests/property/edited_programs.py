"""Templates, and edits of them as people make: of a value, a marker, a statement, a condition."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from random import Random

MODULE = (
    "SCALE = 2",
    "TABLE = [1, 2, 3]",
    "TABLE.append(SCALE)",
    "random.seed(3)",
    "noise = random.random()",
    "def helper(x, n=2):\n    return x * n + SCALE",
    "def named(k):\n    if k == 'a':\n        return 1\n    elif k == 'b':\n        return 2\n    return 3",
    "class Net:\n    size = 3\n    def __init__(self, n):\n        self.n = n\n    def run(self):\n        return self.n * SCALE",
    "base = SCALE * 3",
    "print(SCALE)",
    "top = {{uniform(0, 1)}}",
    "kind = {{choice(['a', 'b', 'c'])}}",
    "if kind == 'a':\n    bonus = 3\nelse:\n    bonus = 4",
    "def drawn():\n    return random.random() * SCALE",
    "SIZES = [1, 2, 3]",
    "several = {{choice(SIZES)}}",
)
"""Statements of a module; names that are missing are defined at its beginning."""

BODY = (
    "x += SCALE",
    "x = helper(x)",
    "x = helper(x, n={{choice([2, 3])}})",
    "act = {{choice(['relu', 'elu'])}}",
    "if act == 'relu':\n    x += 1\nelse:\n    x -= 1",
    "if act == 'relu':\n    x += 1\nelif act == 'elu':\n    x += random.random()",
    "for i in range(2):\n    x += {{choice([1, 2])[i]}}",
    "x += random.random()",
    "flag = {{choice([True, False])}}",
    "x = x * 2 if flag else x",
    "if flag:\n    step = 2\n    x += step",
    "layer = {{choice([abs(-1), max(uniform(0, 1), 0.5), 3])}}",
    "x += layer",
    "def inner():\n    return x + units",
    "x = inner()",
    "print(x)",
    "x += Net({{uniformint(1, 4)}}).run()",
    "x += named(kind)",
    "x += drawn()",
    "x += bonus + noise + top",
    "x += sum(TABLE)",
    "if rate > 0.5:\n    x *= 2",
    "while x > 100:\n    x /= 2",
    "numbers = [rate, 2]\nnumbers.append(x)\nx = sum(numbers)",
    "x += several * base",
    "if units in (64, 128):\n    x += 5",
    "try:\n    x += 1 / (x - x)\nexcept ZeroDivisionError:\n    x += 7",
    "with_default = lambda y=3: y + units\nx += with_default()",
    "x += len(act) + len(kind)",
)
"""Statements of a model, or of a script."""

BEGINNING = "x = 1.5\nunits = 64\nrate = {{uniform(0, 1)}}\nact = 'relu'\nflag = True\nlayer = 1"
DEFINED = (
    "import random\nSCALE = 2\nTABLE = [1]\nnoise = 0.5\nkind = 'a'\nbonus = 1\nbase = 3\ntop = 0.25\nseveral = 2\n"
    "def helper(x, n=2):\n    return x + n\n"
    "def named(k):\n    return 1\n"
    "def drawn():\n    return random.random()\n"
    "class Net:\n    def __init__(self, n):\n        self.n = n\n    def run(self):\n        return self.n"
)

DATA = (
    "def data():\n    return [1, 2]",
    "def data():\n    return [random.random(), {{choice([1, 2])}}]",
    "def data():\n    rows = [drawn() for _ in range(2)]\n    return rows",
)


def program(random: Random) -> str:
    """A template: with a model function, and data or none, or a script."""
    above = random.sample(MODULE, random.randint(0, 5))
    body = "\n".join([BEGINNING, *random.sample(BODY, random.randint(2, 7))])
    kind = random.choice(["model", "data", "script"])
    if kind == "script":
        return "\n".join([DEFINED, *above, body, "loss = x + units * rate"]) + "\n"
    lines = [f"    {line}" for line in body.splitlines()]
    data = random.choice(DATA) if kind == "data" else ""
    arguments = "rows" if kind == "data" else ""
    used = " + sum(rows)" if kind == "data" else ""
    model = [f"def model({arguments}):", *lines, f"    return x + units * rate{used}"]
    return "\n".join([DEFINED, *above, data, *model]) + "\n"


def edited(text: str, random: Random) -> str:
    """The template with one to three edits."""
    tree = ast.parse(text)
    for _ in range(random.choice([1, 1, 1, 2, 2, 3])):
        random.choice(EDITS)(tree, random)
        ast.fix_missing_locations(tree)
    return ast.unparse(tree) + "\n"


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _is_marker(node: ast.AST) -> bool:
    return isinstance(node, ast.Set) and isinstance(node.elts[0], ast.Set)


def _markers(tree: ast.AST) -> list[ast.Set]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Set) and _is_marker(node)]


def _inside_markers(tree: ast.AST) -> set[ast.AST]:
    return {inner for marker in _markers(tree) for inner in ast.walk(marker)}


def _plain(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
    """Expressions outside markers, with the places that hold them."""
    inside = _inside_markers(tree)
    for node in ast.walk(tree):
        if node in inside:
            continue
        for name, value in ast.iter_fields(node):
            items = enumerate(value) if isinstance(value, list) else [(None, value)]
            for index, item in items:
                if isinstance(item, ast.expr) and item not in inside:
                    yield node, name, index, item


def _put(place: tuple[ast.AST, str, int | None, ast.expr], new: ast.expr) -> None:
    node, name, index, _ = place
    if index is None:
        setattr(node, name, new)
    else:
        getattr(node, name)[index] = new


def _constants(tree: ast.AST) -> list[tuple[ast.AST, str, int | None, ast.expr]]:
    return [one for one in _plain(tree) if isinstance(one[3], ast.Constant)]


def _other(value: object, random: Random) -> str:
    return random.choice(
        {str: ["'a'", "'b'", "'relu'", "'elu'"], bool: ["True", "False"]}.get(
            type(value), ["1", "2", "64", "0.5", "3", "2.0"]
        )
    )


def other_constant(tree: ast.Module, random: Random) -> None:
    """Another value of a constant."""
    places = _constants(tree)
    if places:
        place = random.choice(places)
        assert isinstance(place[3], ast.Constant)
        _put(place, _expression(_other(place[3].value, random)))


def new_marker(tree: ast.Module, random: Random) -> None:
    """A marker in the place of a constant, or of a call."""
    places = [one for one in _plain(tree) if isinstance(one[3], ast.Constant | ast.Call)]
    if not places:
        return
    place = random.choice(places)
    stood = ast.unparse(place[3])
    value = place[3].value if isinstance(place[3], ast.Constant) else 1
    options = [stood, _other(value, random), _other(value, random)]
    random.shuffle(options)
    texts = [f"choice([{', '.join(options[: random.randint(1, 3)])}])"]
    if type(value) in (int, float):
        texts += [
            "uniform(0, 100)",
            "quniform(0, 100, 1)",
            "randint(70)",
            f"choice([uniform(0, 9), {stood}])",
        ]
    _put(place, _expression("{{" + random.choice(texts) + "}}"))


def gone_marker(tree: ast.Module, random: Random) -> None:
    """A constant, or an option, in the place of a marker."""
    places = [one for one in _places(tree) if _is_marker(one[3])]
    if not places:
        return
    place = random.choice(places)
    call = place[3].elts[0].elts[0]  # type: ignore[attr-defined]
    texts = ["1", "64", "0.5", "'relu'", "True"]
    if isinstance(call, ast.Call) and isinstance(call.args[0], ast.List) and random.random() < 0.8:
        texts = [ast.unparse(one) for one in call.args[0].elts if "uniform" not in ast.unparse(one)] or texts
    _put(place, _expression(random.choice(texts)))


def _places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            items = enumerate(value) if isinstance(value, list) else [(None, value)]
            for index, item in items:
                if isinstance(item, ast.expr):
                    yield node, name, index, item


def other_marker(tree: ast.Module, random: Random) -> None:
    """Other options, another range, another distribution."""
    calls = [
        node
        for marker in _markers(tree)
        for node in ast.walk(marker)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and (node.func.id in _DRAWS)
    ]
    if not calls:
        return
    call = random.choice(calls)
    if call.args and isinstance(call.args[0], ast.List) and call.args[0].elts:
        options = call.args[0].elts
        match random.choice(["add", "remove", "shuffle", "change", "range"]):
            case "add":
                options.insert(
                    random.randint(0, len(options)),
                    _expression(random.choice(["7", "'b'", "max(2, 9)", "uniform(3, 4)"])),
                )
            case "remove" if len(options) > 1:
                options.pop(random.randrange(len(options)))
            case "shuffle":
                random.shuffle(options)
            case "change":
                options[random.randrange(len(options))] = _expression(random.choice(["8", "'c'", "abs(-2)"]))
            case _:
                call.func, call.args = ast.Name("quniform"), [_expression(one) for one in ("0", "128", "32")]
    elif call.args and isinstance(call.args[0], ast.Constant):
        texts = [["0", "1"], ["0.25", "0.75"], ["0", "2"], ["1", "3"]]
        call.args = [_expression(one) for one in random.choice(texts)]


_DRAWS = frozenset({"choice", "uniform", "uniformint", "quniform", "randint"})


def _blocks(tree: ast.AST) -> list[list[ast.stmt]]:
    return [
        value
        for node in ast.walk(tree)
        for _, value in ast.iter_fields(node)
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt)
    ]


def gone_statement(tree: ast.Module, random: Random) -> None:
    """A statement less."""
    block = random.choice(_blocks(tree))
    if len(block) > 1:
        block.pop(random.randrange(len(block)))


def moved_statement(tree: ast.Module, random: Random) -> None:
    """A statement elsewhere in its block."""
    block = random.choice(_blocks(tree))
    block.insert(random.randint(0, len(block) - 1), block.pop(random.randrange(len(block))))


def new_statement(tree: ast.Module, random: Random) -> None:
    """A statement more."""
    block = random.choice(_blocks(tree))
    new = ast.parse(
        random.choice(
            [
                *BODY,
                *MODULE,
                "print(x)",
                "'''Text.'''",
                "SCALE = 5",
                "act = 'elu'",
                "global SCALE",
                "rate = 0.5",
                "for rate in [1, 2]:\n    pass",
            ]
        )
    )
    place = random.randint(0, len(block))
    block[place:place] = new.body


def repeated_statement(tree: ast.Module, random: Random) -> None:
    """A statement twice."""
    block = random.choice(_blocks(tree))
    one = random.choice(block)
    block.insert(random.randint(0, len(block)), copy.deepcopy(one))


def new_condition(tree: ast.Module, random: Random) -> None:
    """A statement behind a condition."""
    block = random.choice(_blocks(tree))
    place = random.randrange(len(block))
    test = random.choice(
        [
            "act == 'relu'",
            "kind == 'a'",
            "flag",
            "units > 64",
            "rate < 0.5",
            "{{choice([True, False])}}",
            "act == 'b'",
        ]
    )
    other = random.choice([[], [], ast.parse("x = 3").body, [copy.deepcopy(block[place])]])
    block[place] = ast.If(_expression(test), [block[place]], other)


def other_condition(tree: ast.Module, random: Random) -> None:
    """A condition on something else, or with one more branch."""
    every = [node for node in ast.walk(tree) if isinstance(node, ast.If)]
    if not every:
        return
    one = random.choice(every)
    match random.choice(["test", "elif", "swap", "else", "front"]):
        case "test":
            one.test = _expression(
                random.choice(
                    [
                        "act == 'elu'",
                        "act in ('relu', 'b')",
                        "kind != 'a'",
                        "not flag",
                        "units >= 64",
                        "rate > 0.25",
                    ]
                )
            )
        case "elif":
            one.orelse = [
                ast.If(
                    _expression(random.choice(["act == 'b'", "kind == 'c'", "not flag"])),
                    _branch(random),
                    one.orelse,
                )
            ]
        case "front":
            old = ast.If(one.test, one.body, one.orelse)
            one.test, one.body, one.orelse = _expression("act == 'b'"), _branch(random), [old]
        case "swap" if one.orelse:
            one.body, one.orelse = one.orelse, one.body
        case _:
            one.orelse = ast.parse(random.choice(["x += 1", "SCALE = 9", "act = 'b'"])).body


def _branch(random: Random) -> list[ast.stmt]:
    """Statements for one more branch, with a marker of their own or without."""
    return ast.parse(
        random.choice(["x = 9", "x = {{uniform(2, 4)}}", "x = {{choice([uniform(1, 2), 5])}}"])
    ).body


def other_name(tree: ast.Module, random: Random) -> None:
    """Another variable in the place of one."""
    names = [
        node for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in _inside_markers(tree)
    ]
    if names:
        random.choice(names).id = random.choice(["x", "units", "rate", "act", "flag", "SCALE", "kind"])


def nothing(tree: ast.Module, random: Random) -> None:
    """Nothing but the layout."""


EDITS: tuple[Callable[[ast.Module, Random], None], ...] = (
    *(other_constant, new_marker, new_marker, new_marker, gone_marker, gone_marker),
    *(other_marker, other_marker, other_marker, gone_statement, moved_statement, moved_statement),
    *(new_statement, new_statement, repeated_statement, new_condition, other_condition, other_condition),
    *(other_name, nothing),
)
