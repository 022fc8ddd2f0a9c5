"""Proof that functions and classes stay as their texts define them: nothing replaces or changes them.

What code could do to a function is endless, so this does not look for patches. A function stays what it is
if code cannot get at it but by calling it: each use of its name is a call, no code gets at the names of a
module by other means, and all that is imported is known.
"""

from __future__ import annotations

import ast
import builtins
import functools
import re
from collections.abc import Iterator, Mapping

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.library import KNOWN_PACKAGES
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.syntax.import_paths import bound_paths, origin
from hypertemplate.compiler.syntax.name_scopes import binders_of, scope_of
from hypertemplate.compiler.syntax.tree import Tree

_REACHING = frozenset(
    {
        *("breakpoint", "compile", "delattr", "eval", "exec", "get_ipython", "globals", "locals"),
        *("setattr", "vars"),
    }
)
"""Builtins that reach names and attributes which the text does not show."""

_OF_FRAMES = frozenset(
    {"ag_frame", "cr_frame", "f_back", "f_builtins", "f_globals", "f_locals", "gi_frame", "tb_frame"}
)
"""Attributes that lead to the names of a module."""

_SPECIAL = re.compile(r"__\w+__")
_READ = frozenset(
    {
        *("__call__", "__class__", "__debug__", "__doc__", "__enter__", "__exit__", "__file__", "__init__"),
        *("__iter__", "__len__", "__main__", "__name__", "__next__", "__package__", "__post_init__"),
        *("__qualname__", "__repr__", "__str__", "__version__"),
    }
)
"""Special names whose reading hands out no function that can be changed, but by other special names."""

_OF_SYS = frozenset(
    {
        *("argv", "byteorder", "executable", "exit", "float_info", "getrecursionlimit", "getsizeof"),
        *("maxsize", "path", "platform", "setrecursionlimit", "stderr", "stdin", "stdout", "version"),
        "version_info",
    }
)
"""Attributes of ``sys`` that lead to no module."""

_OF_PYTHON = frozenset(
    {
        *("__future__", "abc", "argparse", "array", "base64", "bisect", "bz2", "calendar", "cmath"),
        *("collections", "concurrent", "contextlib", "copy", "csv", "dataclasses", "datetime", "decimal"),
        *("enum", "fnmatch", "fractions", "functools", "getpass", "glob", "gzip", "hashlib", "heapq", "html"),
        *("io", "itertools", "json", "locale", "logging", "lzma", "math", "multiprocessing", "numbers"),
        *("operator", "os", "pathlib", "pickle", "platform", "pprint", "queue", "random", "re", "shutil"),
        *("signal", "sqlite3", "statistics", "string", "struct", "subprocess", "sys", "tarfile", "tempfile"),
        *("textwrap", "threading", "time", "timeit", "typing", "unicodedata", "urllib", "uuid", "warnings"),
        *("weakref", "zipfile", "zlib", "zoneinfo"),
    }
)
"""Modules of Python that get at functions only where these are given to them."""


class LastingDefinitions:
    """Finder of functions and classes that no code of a template can replace or change.

    Args:
        module: the template.
        own: the user's own modules, by name.
    """

    def __init__(self, module: Module, own: Mapping[str, Module]) -> None:
        self._own = own
        self._modules = list({id(one): one for one in (module, *own.values())}.values())
        self.classes = [
            node for one in self._modules for _, node in _nodes(one) if isinstance(node, ast.ClassDef)
        ]
        self._names: dict[str, list[tuple[Tree, ast.Name]]] = {}
        self._of_modules = set[str]()
        self._of_objects = set[str]()
        self._texts = set[str]()
        self._renamed: dict[str, set[str]] = {}
        self.is_closed = not [*self._reaching()]

    @functools.cached_property
    def are_imports_known(self) -> bool:
        """True if all code that runs is there to be read, or a library's which changes no code of others."""
        return not any(one.given_code for one in self._modules) and all(
            self._is_known(one, tree, node)
            for one in self._modules
            for tree, node in _nodes(one)
            if isinstance(node, ast.Import | ast.ImportFrom)
        )

    def keep_name(self, name: str) -> bool:
        """Tell whether what a module defines under a name is only ever called."""
        names = self._all_names(name)
        escaping = (use for one in names for use in self._names.get(one, ()))
        return (
            self.is_closed
            and names.isdisjoint(self._of_modules | self._texts)
            and all(map(_is_of_other_thing, escaping))
        )

    def derived(self, name: str) -> list[ast.ClassDef]:
        """Return the classes that may derive from one of a name, through whatever others."""
        found: list[ast.ClassDef] = []
        names, waiting = self._all_names(name), self.classes
        while more := [one for one in waiting if any(_last(base) in names for base in one.bases)]:
            found += more
            names |= {other for one in more for other in self._all_names(one.name)}
            waiting = [one for one in waiting if one not in more]
        return found

    def _all_names(self, name: str) -> set[str]:
        """Return a name, and those that imports give to what it names."""
        return {*reachable([name], lambda one: self._renamed.get(one, ()))}

    def keep_method(self, name: str) -> bool:
        """Tell whether attributes of a name are only ever called, of whatever object."""
        return self.is_closed and name not in self._of_objects and name not in self._texts

    def _is_known(self, module: Module, tree: Tree, node: ast.Import | ast.ImportFrom) -> bool:
        if isinstance(node, ast.Import):
            return all(one.name in self._own or _is_of_library(one.name) for one in node.names)
        path = origin(node, tree.origin.package) or ""
        if module.imports_part(node) or _is_of_library(path):
            return True
        home = self._own.get(path)
        bound = home.binders if home is not None else {}
        return all(
            one.name in bound or (one.name == "*" and home is not None) or f"{path}.{one.name}" in self._own
            for one in node.names
        )

    def _reaching(self) -> Iterator[ast.AST]:
        """Yield code that may get at functions otherwise than by their names, and note uses of names."""
        for module in self._modules:
            paths = _paths(module)
            for tree, node in _nodes(module):
                match node:
                    case ast.Name():
                        yield from self._reached_by_name(tree, node, paths)
                    case ast.Attribute():
                        yield from self._reached_by_attribute(tree, node, paths)
                    case ast.Constant(value=str(text)) if not isinstance(tree.parents[node], ast.Expr):
                        words = text.split(".")
                        self._texts.update(words)
                        yield from () if all(map(_is_harmless, words)) else (node,)
                    case ast.ImportFrom():
                        for one in node.names:
                            yield from self._reached_by_import(node, one)
                    case ast.ClassDef():
                        yield from (base for base in node.bases if not _is_named(base))

    def _reached_by_import(self, node: ast.ImportFrom, one: ast.alias) -> Iterator[ast.AST]:
        if one.asname not in (None, one.name):
            self._renamed.setdefault(one.name, set()).add(one.asname or "")
        if not _is_harmless(one.name) or (node.module == "sys" and one.name not in _OF_SYS):
            yield node

    def _reached_by_name(
        self, tree: Tree, node: ast.Name, paths: Mapping[str, frozenset[str]]
    ) -> Iterator[ast.AST]:
        parent, known = tree.parents[node], paths.get(node.id, ())
        is_base = isinstance(parent, ast.Attribute)
        own = any(self._is_own(path) for path in known)
        of_sys = "sys" in known and not (isinstance(parent, ast.Attribute) and parent.attr in _OF_SYS)
        if node.id in _REACHING or not _is_harmless(node.id) or (own and not is_base) or of_sys:
            yield node
        if node.id == "getattr" and not _names_attribute(parent, node, paths):
            yield node
        if node.id == "type" and not _asks_type(parent, node):
            yield node
        if isinstance(node.ctx, ast.Load) and not is_base and not _is_called(tree, node):
            self._names.setdefault(node.id, []).append((tree, node))

    def _reached_by_attribute(
        self, tree: Tree, node: ast.Attribute, paths: Mapping[str, frozenset[str]]
    ) -> Iterator[ast.AST]:
        parent, is_read = tree.parents[node], isinstance(node.ctx, ast.Load)
        if not _is_harmless(node.attr) or (not is_read and _SPECIAL.fullmatch(node.attr)):
            yield node
        first, rest = _dotted(node)
        own = any(self._is_own(".".join([path, *rest])) for path in paths.get(first, ()))
        if own and not isinstance(parent, ast.Attribute):
            yield node
        if is_read and (_is_called(tree, node) or (own and isinstance(parent, ast.Attribute))):
            return
        self._of_objects.add(node.attr)
        if any(self._is_own(path) for path in paths.get(first, ())):
            self._of_modules.add(node.attr)

    def _is_own(self, path: str) -> bool:
        """Tell whether a path is that of an own module, or of a package of some."""
        return any(f"{name}.".startswith(f"{path}.") for name in self._own)


def _nodes(module: Module) -> Iterator[tuple[Tree, ast.AST]]:
    return ((tree, node) for tree in module.trees for node in ast.walk(tree.module))


def _paths(module: Module) -> Mapping[str, frozenset[str]]:
    """Return the paths that imports of a module, in whatever scopes, bind to names."""
    found: dict[str, set[str]] = {}
    for tree, node in _nodes(module):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name, path in bound_paths(node, tree.origin.package):
                found.setdefault(name, set()).add(path)
    return {name: frozenset(paths) for name, paths in found.items()}


def _dotted(node: ast.expr) -> tuple[str, list[str]]:
    """Return the name at the root of an attribute, empty for none, and the attributes."""
    rest: list[str] = []
    while isinstance(node, ast.Attribute):
        rest.insert(0, node.attr)
        node = node.value
    return (node.id if isinstance(node, ast.Name) else ""), rest


def _is_of_library(path: str) -> bool:
    package = path.partition(".")[0]
    return package in KNOWN_PACKAGES or package in _OF_PYTHON


def _is_harmless(name: str) -> bool:
    return name in _READ or (name not in _OF_FRAMES and not _SPECIAL.fullmatch(name))


def _is_named(base: ast.expr) -> bool:
    """Tell whether the text names a base of a class."""
    base = base.value if isinstance(base, ast.Subscript) else base
    return bool(_dotted(base)[0])


def _is_called(tree: Tree, node: ast.expr) -> bool:
    """Tell whether an expression is called, derived from, an annotation, or a class that is asked for."""
    parent = tree.parents[node]
    match parent:
        case ast.Call(func=function) if function is node:
            return True
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass")):
            return True
        case ast.ClassDef(bases=bases) if node in bases:
            return True
        case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation) if annotation is node:
            return True
        case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
            return node is returns
    return False


def _names_attribute(parent: ast.AST, node: ast.Name, paths: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether ``getattr`` is called with the text of an attribute, or on what a library has."""
    match parent:
        case ast.Call(func=function, args=[_, ast.Constant(value=str()), *_]):
            return function is node
        case ast.Call(func=function, args=[ast.expr() as owner, ast.expr(), *_]) if function is node:
            known = paths.get(_dotted(owner)[0], ())
            return bool(known) and all(map(_is_of_library, known))
    return False


def _asks_type(parent: ast.AST, node: ast.Name) -> bool:
    """Tell whether ``type`` is asked for the class of an object, rather than makes one."""
    match parent:
        case ast.Call(func=function, args=[one], keywords=[]) if function is node:
            return not isinstance(one, ast.Starred)
    return False


def _is_of_other_thing(use: tuple[Tree, ast.Name]) -> bool:
    """Tell whether a name is a parameter or variable of a function, rather than what a module defines."""
    tree, name = use
    scope = scope_of(tree, name)
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return scope is not None
    defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.alias
    return not any(isinstance(one, defined) for one in binders_of(scope, name.id))


def is_builtin(module: Module, name: str) -> bool:
    """Tell whether a name is Python's own in a module."""
    return hasattr(builtins, name) and name not in module.binders and name not in module.aliases


def _last(base: ast.expr) -> str:
    base = base.value if isinstance(base, ast.Subscript) else base
    first, rest = _dotted(base)
    return rest[-1] if rest else first
