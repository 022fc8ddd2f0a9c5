"""Possible objectives and reports of a script, and constants, which are the same in each trial."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Sequence

from hypertemplate.compiler.dataflow.files.file_access import collide, tells
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.placement.partition import Partition
from hypertemplate.compiler.program import Constant, LastCall, Placement, Script
from hypertemplate.compiler.syntax.literals import number as number_of
from hypertemplate.compiler.syntax.nodes import is_marker_shaped, last_name, outside_definitions

_SILENT = frozenset(
    [
        *(
            "numpy",
            "scipy",
            "pandas",
            "polars",
            "pyarrow",
            "sklearn",
            "statsmodels",
            "networkx",
            "sympy",
            "PIL",
        ),
        *("torch", "torchvision", "jax", "optax", "cv2", "skimage"),
        *("matplotlib", "seaborn", "plotly", "tqdm", "rich", "yaml", "joblib", "psutil", "requests"),
        *("hypertemplate", "hyperas", "hyperopt"),
    ]
)
"""Packages that run no fit of Keras or of a boosting library."""

_LOADERS = frozenset(["__import__", "eval", "exec", "import_module", "report", "run_module", "run_path"])
"""Functions that load any code, and `hypertemplate.report`."""

_OBJECTS = frozenset(
    [
        *(
            "arange",
            "array",
            "asarray",
            "default_rng",
            "dict",
            "empty",
            "fit",
            "full",
            "linspace",
            "list",
            "ones",
        ),
        *("open", "permutation", "predict", "range", "read_csv", "seed", "set", "sorted", "str", "subplots"),
        *("train_test_split", "tuple", "zeros", "zip"),
        *("build", "clone", "compile", "confusion_matrix", "cross_val_predict", "cross_val_score"),
        *("cross_validate", "fit_predict", "fit_transform", "predict_proba", "split", "transform"),
    ]
)
"""Functions and methods that return no number; so do those that are named ``make_...``."""

_NUMBERS = frozenset(
    [
        *("average", "float", "int", "item", "len", "max", "mean", "median", "min", "prod", "score"),
        *("std", "sum", "var"),
    ]
)
"""Functions and methods whose result is a number, unless they are told of an axis."""

_ELEMENTWISE = frozenset(["abs", "exp", "log", "round", "sqrt", "square"])
"""Functions whose result is a number if their argument is one."""

_LONGEST = 60
"""Most characters of a call that a message quotes."""

_IN_TRIAL = (Placement.TRIAL, Placement.BOTH)


def script_facts(module: Module, partition: Partition, last_call: LastCall | None) -> Script:
    """Return the facts on a script.

    Args:
        module: the script.
        partition: placement of its statements.
        last_call: call with which it ends, or None.
    """
    return Script(
        results=results(module, partition),
        numbers=numbers(module, partition),
        certain=certain(module, partition),
        counters=counters(module),
        constants=constants(module, partition),
        last_value=last_value(module),
        last_call=last_call,
    )


def results(module: Module, partition: Partition) -> tuple[str, ...] | None:
    """Return the names that a trial of a script may give a value; None if it may be any name."""
    running = [s for s in partition.kept if partition.placed(s).placement in _IN_TRIAL]
    if any(module.facts.binds_anything(s) or s.names.star for s in running):
        return None
    numbers = {statement.number for statement in running}
    found = set().union(*(s.names.binds | s.names.declares for s in running))
    changers = module.facts.changers.items()
    return tuple(sorted(found.union(n for n, by in changers if any(s.number in numbers for s in by))))


def numbers(module: Module, partition: Partition) -> tuple[str, ...]:
    """Return the variables that a trial of a script assigns and that may be numbers, in source order.

    Drawn values are none: a search by them needs no trial.
    """
    found: dict[str, None] = {}
    for statement in partition.kept:
        if partition.placed(statement).placement in _IN_TRIAL:
            for node in outside_definitions(statement.node):
                found |= dict.fromkeys(_assigned(module, node))
    return tuple(name for name in found if not name.startswith("_"))


def certain(module: Module, partition: Partition) -> tuple[str, ...]:
    """Return those of the numbers of which every value that a trial assigns is a number for certain."""
    found: set[str] = set()
    doubtful: set[str] = set()
    drawn: set[str] = set()
    for statement in partition.kept:
        if partition.placed(statement).placement in _IN_TRIAL:
            for node in outside_definitions(statement.node):
                value = getattr(node, "value", None)
                if isinstance(value, ast.expr) and is_marker_shaped(value):
                    drawn |= statement.names.binds
                is_sure = isinstance(value, ast.expr) and _is_surely_number(value, drawn | found - doubtful)
                (found if is_sure else doubtful).update(_assigned(module, node))
    return tuple(sorted(found - doubtful))


def counters(module: Module) -> tuple[str, ...]:
    """Return the names that ``for`` statements bind and that nothing else does, in the order of the names."""
    looped: set[str] = set()
    others: set[str] = set()
    for statement in module.statements:
        nodes = list(outside_definitions(statement.node))
        targets = [
            n for node in nodes if isinstance(node, ast.For | ast.AsyncFor) for n in ast.walk(node.target)
        ]
        stored = {id(node) for node in targets}
        looped |= {node.id for node in targets if isinstance(node, ast.Name)}
        names = (node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        others |= {node.id for node in names if id(node) not in stored}
    return tuple(sorted(looped - others))


def last_value(module: Module) -> str:
    """Return the text of the method call with which a script ends, such as ``m.score(x, y)``; else empty."""
    match module.statements[-1].node if module.statements else None:
        case ast.Expr(value=ast.Call(func=ast.Attribute()) as call) if not any(
            is_marker_shaped(node) for node in ast.walk(call)
        ):
            text = ast.unparse(call)
            return text if len(text) <= _LONGEST else ""
    return ""


def _assigned(module: Module, node: ast.AST) -> Iterator[str]:
    """Yield the names to which a node assigns what may be a number."""
    match node:
        case ast.Assign(targets=targets, value=value) if _may_be_number(module, value):
            names = (inner for target in targets for inner in ast.walk(target))
            yield from (n.id for n in names if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        case ast.AugAssign(target=ast.Name(id=name)):
            yield name
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            if _may_be_number(module, value):
                yield name


def _may_be_number(module: Module, value: ast.expr) -> bool:
    """Tell whether the text of a value leaves open that it is a number that tells how good a trial is."""
    match value:
        case ast.Constant() | ast.JoinedStr() | ast.Lambda() | ast.List() | ast.Set() | ast.Dict():
            return False
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return False
        case ast.Tuple(elts=items):
            return any(_may_be_number(module, item) for item in items)
        case ast.Call(func=func):
            name = last_name(func) or ""
            is_time = (module.dotted(func) or "").startswith(("time.", "datetime."))
            is_object = name[:1].isupper() or name.startswith("make_") or name in _OBJECTS
            return not (is_object or is_time)
    return not is_marker_shaped(value)


def _is_surely_number(value: ast.expr, known: Collection[str]) -> bool:
    """Tell whether the text of a value says that it is one number; `known` are variables that are."""
    match value:
        case ast.Constant(value=int() | float()):
            return True
        case ast.Name(id=name):
            return name in known
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            return _is_surely_number(inner, known)
        case ast.BinOp(left=left, right=right):
            return _is_surely_number(left, known) and _is_surely_number(right, known)
        case ast.IfExp(body=first, orelse=second):
            return _is_surely_number(first, known) and _is_surely_number(second, known)
        case ast.Call(func=func, args=args, keywords=keywords):
            name = last_name(func) or ""
            if name in _OBJECTS or any(map(_keeps_several, keywords)):
                return False
            if name in _ELEMENTWISE:
                return args != [] and _is_surely_number(args[0], known)
            return name in _NUMBERS or name.endswith(("_error", "_loss", "_score"))
    return is_marker_shaped(value)


def _keeps_several(keyword: ast.keyword) -> bool:
    """Tell whether an argument may have a function return several numbers: an axis, no average of scores."""
    if keyword.arg == "average":
        return isinstance(keyword.value, ast.Constant) and keyword.value.value is None
    return keyword.arg in ("axis", "multioutput", None)


def may_report(statements: Sequence[TopLevel], memory: Memory | None = None) -> bool:
    """Tell whether statements may run a fit that is watched, or report numbers themselves.

    Args:
        statements: statements.
        memory: what they may use from memory.
    """
    if memory is not None and any(statement.names.everywhere & memory.fits for statement in statements):
        return True
    nodes = [node for statement in statements for node in ast.walk(statement.node)]
    return any(map(_reports, nodes))


def _reports(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return not all(is_silent(alias.name) for alias in names)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            return not is_silent(module) or any(alias.name in ("report", "*") for alias in names)
        case ast.ImportFrom():
            return True
        case ast.Call(func=func):
            return last_name(func) in _LOADERS
    return False


def is_silent(module: str) -> bool:
    """Return True for a module that runs no fit of Keras or of a boosting library by itself."""
    package = module.partition(".")[0]
    return package in _SILENT or package in sys.stdlib_module_names


def constants(module: Module, partition: Partition) -> tuple[Constant, ...]:
    """Return the names that a script's setup alone binds, each with the line that does so last."""
    made = results(module, partition)
    if made is None:
        return ()
    used = partition.names_in_trial_code()
    written = _Written(module, partition)
    bound: dict[str, list[TopLevel]] = {}
    for statement in partition.kept:
        for name in statement.names.binds:
            bound.setdefault(name, []).append(statement)
    return tuple(
        Constant(
            name, binders[-1].place, name in used and not all(map(_is_number, binders)), written.below(name)
        )
        for name, binders in sorted(bound.items())
        if name not in made and not any(binder.calls for binder in binders)
    )


class _Written:
    """Files that setup reads and that trial statements write further down."""

    def __init__(self, module: Module, partition: Partition) -> None:
        self._module = module
        self._setup = [s for s in partition.kept if partition.placed(s).placement not in _IN_TRIAL]
        self._trial = [s for s in partition.kept if partition.placed(s).placement in _IN_TRIAL]

    def below(self, name: str) -> str:
        """Say which file the value of a name is read from above what writes it, if there is one."""
        for reader in self._behind(name):
            for writer in self._trial:
                found = self._path(writer, reader)
                if found and writer.number > reader.number:
                    return f"{reader.place} reads '{found}' before {writer.place} writes it; move it below"
        return ""

    def _path(self, writer: TopLevel, reader: TopLevel) -> str:
        """Return the path that one statement may read of what another one writes, or nothing."""
        facts = self._module.facts
        pairs = ((write, read) for read in facts.files(reader) for write in facts.files(writer))
        return next(
            (read.path.shown for write, read in pairs if collide(write, read) and tells(write, read)), ""
        )

    def _behind(self, name: str) -> list[TopLevel]:
        """Return the statements of setup that the value of a name is from, the nearest first."""
        found: list[TopLevel] = []
        names = {name}
        for statement in reversed(self._setup):
            if names & statement.names.binds:
                found.append(statement)
                names |= set(statement.names.immediately)
        return found


def _is_number(statement: TopLevel) -> bool:
    """Tell whether a statement assigns a number that is written out."""
    match statement.node:
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return number_of(value) is not None
    return False
