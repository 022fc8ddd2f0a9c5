"""Frameworks that a program imports, as far as its text shows; nothing of it runs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, cast, get_args

from hypertemplate.compiler.dataflow.module import Module, build_module
from hypertemplate.compiler.dataflow.top_level import TopLevel
from hypertemplate.compiler.entry.exclusions import named_from
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.source import Part, Source, line_text
from hypertemplate.compiler.syntax.statements import defines
from hypertemplate.compiler.syntax.tree import Tree, parse

Framework = Literal["tensorflow", "keras", "tf_keras", "jax", "torch", "sklearn"]
"""Packages to look for, by the names of their imports."""

_FRAMEWORKS = frozenset(get_args(Framework))
_LIBRARIES: dict[str, Framework] = {
    **dict.fromkeys(("keras_hub", "keras_nlp", "keras_cv", "keras_tuner"), "keras"),
    **dict.fromkeys(("flax", "haiku", "optax", "equinox"), "jax"),
    **dict.fromkeys(
        ("transformers", "lightning", "pytorch_lightning", "torchvision", "timm", "fastai"), "torch"
    ),
}
"""Packages that compute with a framework, which a program then need not import itself."""

_CHOOSING = ("xgboost", "lightgbm", "catboost")
"""Packages that compute on a GPU if the program asks them to."""

_FORGIVEN = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


@dataclass(frozen=True, slots=True)
class Line:
    """Line of a template.

    Attributes:
        part: name of its part: ``model.py``, or ``train.ipynb, cell 3 (In [7])``.
        number: number from 1; in a cell, of the cell's own lines.
        text: text as the user wrote it, without the indentation.
        in_file: whether the part is a file.
    """

    part: str
    number: int
    text: str
    in_file: bool = True

    @property
    def place(self) -> str:
        """Place as people read it: ``model.py:3``, or ``train.ipynb, cell 3 (In [7]), line 2``."""
        return f"{self.part}:{self.number}" if self.in_file else f"{self.part}, line {self.number}"


@dataclass(frozen=True, slots=True)
class Use:
    """Import of a framework, or of a library that computes with it.

    Attributes:
        name: framework.
        where: line of the import.
        optional: whether the program can work without it: the import is in a ``try`` that catches its
            error, under a condition, or in a function that nothing reaches; or it is a library's.
    """

    name: Framework
    where: Line
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Backend:
    """Backend that a program itself sets for Keras.

    Attributes:
        name: ``tensorflow``, ``jax``, ``torch``, or any name that the program sets.
        where: line of the setting.
        default: whether it gives way to ``KERAS_BACKEND`` in the environment, as ``setdefault`` does.
    """

    name: str
    where: Line
    default: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """Frameworks of a program.

    Attributes:
        uses: imports, in source order.
        tf_keras: whether it uses ``tf.keras``, in any spelling.
        beyond_keras: first line that uses another part of TensorFlow; None without one.
        backend: backend that it sets for Keras; None if it leaves that to the environment.
        choosing: libraries that compute on a GPU if the program asks them to, such as ``xgboost``.
    """

    uses: tuple[Use, ...] = ()
    tf_keras: bool = False
    beyond_keras: Line | None = None
    backend: Backend | None = None
    choosing: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[Framework]:
        """Frameworks that are imported anywhere."""
        return frozenset(use.name for use in self.uses)

    @property
    def libraries(self) -> tuple[str, ...]:
        """Frameworks and libraries that take a while to load, sorted."""
        return tuple(sorted({*self.names, *self.choosing}))

    @property
    def keras(self) -> bool:
        """True if it uses Keras 3, or its part in TensorFlow."""
        return "keras" in self.names or self.tf_keras

    def required(self, name: Framework) -> Use | None:
        """Return the first import that the program cannot work without; None without one."""
        return next((use for use in self.uses if use.name == name and not use.optional), None)


def frameworks(program: Program) -> Used:
    """Find the frameworks that the kept code of a program imports.

    For TensorFlow the result says whether only its Keras is used. A program that changes ``sys.path`` may
    import what is not installed here; all its imports count as optional. So do those of a program that takes
    values from memory: the imports that these need have already run, in any statement of the source.
    """
    parts = zip(program.source.parts, program.parts, strict=True)
    texts = (Part(own.kind, own.name, own.text if program.live else part.kept) for own, part in parts)
    return _Finder(program, build_module(parse(Source(tuple(texts)))[0])).used()


class _Finder:
    """Search of the code for imports and settings of frameworks."""

    def __init__(self, program: Program, module: Module) -> None:
        self.program = program
        self.module = module
        entered = [s for s in module.statements if not defines(s.node)]
        roots = {name for name in (program.model, program.data) if name is not None}
        self.reached = named_from(
            module, list(module.statements), roots.union(*(s.names.immediately for s in entered))
        )

    def used(self) -> Used:
        """Collect all the findings."""
        found = [(s, node) for s in self.module.statements for node in _in_order(s.node)]
        paths = [(s.tree, node, path) for s, node in found for path in self._paths(s.tree, node)]
        inner = [(tree, node) for tree, node, path in paths if _is_tensorflow(path) and not _is_keras(path)]
        searching = any(path == "sys.path" or path.startswith("sys.path.") for _, _, path in paths)
        lenient = searching or bool(self.program.live)
        backends = [backend for s, node in found for backend in self._backends(s, node)]
        imported = dict.fromkeys(name for _, node in found for name in self._packages(node))
        return Used(
            tuple(self._uses(found, lenient)),
            any(_is_keras(path) for _, _, path in paths),
            next((self._line(tree, node) for tree, node in inner), None),
            next((b for b in reversed(backends) if not b.default), next(iter(backends), None)),
            tuple(name for name in imported if name in _CHOOSING),
        )

    def _uses(self, found: Iterable[tuple[TopLevel, ast.AST]], lenient: bool) -> Iterator[Use]:
        for statement, node in found:
            for name in self._packages(node):
                if name in _FRAMEWORKS:
                    optional = lenient or not self._surely_runs(statement, node)
                    yield Use(cast(Framework, name), self._line(statement.tree, node), optional)
                elif name in _LIBRARIES:
                    yield Use(_LIBRARIES[name], self._line(statement.tree, node), optional=True)

    def _packages(self, node: ast.AST) -> Iterable[str]:
        """Return the packages that a node imports, each once."""
        return dict.fromkeys(path.partition(".")[0] for path in self._imported(node))

    def _imported(self, node: ast.AST) -> list[str]:
        """Return the dotted paths of the modules and names that a node imports."""
        match node:
            case ast.Import(names=names):
                return [alias.name for alias in names]
            case ast.ImportFrom(module=str(origin), names=names, level=0):
                return [f"{origin}.{alias.name}" for alias in names]
            case ast.Call(func=func, args=[ast.Constant(value=str(path)), *_]):
                importer = self.module.dotted(func) == "importlib.import_module"
                return [path] if importer or _is_builtin(func, "__import__") else []
        return []

    def _paths(self, tree: Tree, node: ast.AST) -> list[str]:
        """Return the dotted paths that a node names: all its imports, or a name with all its attributes."""
        match node:
            case ast.Import(names=names):
                # For a package alone, the code that uses it shows which part is wanted.
                return [alias.name for alias in names if "." in alias.name]
            case ast.Name() | ast.Attribute() if not isinstance(tree.parents[node], ast.Attribute):
                path = self.module.dotted(node)
                return [] if path is None else [path]
        return self._imported(node)

    def _backends(self, statement: TopLevel, node: ast.AST) -> Iterator[Backend]:
        """Yield the Keras backend that a node sets, if it is a literal and the node surely runs."""
        name, default = given_backend(self.module, node)
        if isinstance(name, ast.Constant):
            unless_set = guard(self.module, statement.tree, node)
            if self._surely_runs(statement, node, unless_set):
                where = self._line(statement.tree, node)
                yield Backend(str(name.value), where, default or unless_set is not None)

    def _surely_runs(self, statement: TopLevel, node: ast.AST, but: ast.If | None = None) -> bool:
        """Tell whether nothing around a node, `but` aside, lets the program work without it."""
        for child, parent in statement.tree.ancestors(node):
            match parent:
                case ast.If() if parent is but:
                    continue
                case ast.If(test=ast.Constant(value=True)) if child in parent.body:
                    continue  # around the __main__ part of a script
                case ast.Try(body=body, handlers=handlers):
                    if (child in body or child in handlers) and any(map(_forgives, handlers)):
                        return False
                case ast.If() | ast.IfExp() | ast.match_case():
                    return False
                case ast.With(items=items):
                    if any(self._suppresses(item.context_expr) for item in items):
                        return False
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                    if not statement.names.binds & self.reached:
                        return False
        return True

    def _suppresses(self, context: ast.expr) -> bool:
        return isinstance(context, ast.Call) and self.module.dotted(context.func) == "contextlib.suppress"

    def _line(self, tree: Tree, node: ast.AST) -> Line:
        part = self.program.source.parts[tree.part]
        number: int = node.lineno  # type: ignore[attr-defined]
        text = line_text(part.original or part.text, number).strip()
        return Line(part.name, number, text, part.kind == "file")


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all nodes below it, in source order."""
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        yield inner
        waiting += reversed(list(ast.iter_child_nodes(inner)))


def _forgives(handler: ast.ExceptHandler) -> bool:
    """Tell whether an ``except`` clause catches the error of an import."""
    caught = handler.type
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id in _FORGIVEN for name in names)


def _is_builtin(func: ast.expr, name: str) -> bool:
    return isinstance(func, ast.Name) and func.id == name


def _is_tensorflow(path: str) -> bool:
    return path == "tensorflow" or path.startswith("tensorflow.")


def _is_keras(path: str) -> bool:
    return path == "tensorflow.keras" or path.startswith("tensorflow.keras.")


_SET_BACKEND = "keras.config.set_backend"
_VARIABLE = "KERAS_BACKEND"


def given_backend(module: Module, node: ast.AST) -> tuple[ast.expr | None, bool]:
    """Return the Keras backend that a node sets, and whether only if ``KERAS_BACKEND`` has no value."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=of, slice=ast.Constant(value=key))], value=value):
            if key == _VARIABLE and module.dotted(of) == "os.environ":
                return value, False
        case ast.Call(func=func, args=[value, *_]) if module.dotted(func) == _SET_BACKEND:
            return value, False
        case ast.Call(func=ast.Attribute(value=of, attr=method), args=arguments, keywords=keywords):
            if module.dotted(of) == "os.environ":
                return _given(method, arguments, keywords), method == "setdefault"
    return None, False


def guard(module: Module, tree: Tree, node: ast.AST) -> ast.If | None:
    """Return the ``if "KERAS_BACKEND" not in os.environ:`` around a node in its body; None without one."""
    for child, parent in tree.ancestors(node):
        if isinstance(parent, ast.If) and child in parent.body and _asks_whether_unset(module, parent.test):
            return parent
    return None


def _asks_whether_unset(module: Module, test: ast.expr) -> bool:
    """Tell whether a test holds if ``KERAS_BACKEND`` has no value."""
    match test:
        case ast.Compare(left=ast.Constant(value=key), ops=[ast.NotIn()], comparators=[of]):
            return key == _VARIABLE and module.dotted(of) == "os.environ"
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=func, args=[ast.Constant(value=key), *_])):
            return key == _VARIABLE and module.dotted(func) in ("os.environ.get", "os.getenv")
    return False


def _given(method: str, arguments: list[ast.expr], keywords: list[ast.keyword]) -> ast.expr | None:
    """Return the value for ``KERAS_BACKEND`` in ``os.environ.setdefault`` or ``os.environ.update``."""
    match method, arguments:
        case "setdefault", [ast.Constant(value=key), value] if key == _VARIABLE:
            return value
        case "update", [ast.Dict(keys=keys, values=values)]:
            for name, value in zip(keys, values, strict=True):
                if isinstance(name, ast.Constant) and name.value == _VARIABLE:
                    return value
        case "update", []:
            return next((keyword.value for keyword in keywords if keyword.arg == _VARIABLE), None)
    return None
