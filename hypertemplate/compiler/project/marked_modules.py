"""Names of the user's own modules that a marker reaches, and the modules that each trial imports anew.

A marker in the body of a function is read when the function is called. Its module is imported once, and
what uses the function is as if it held the marker. A marker that is read when its module is imported, or
through code that the module runs then, has the module imported anew in each trial, with those that import
it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from hypertemplate.compiler.dataflow.graph import reachable
from hypertemplate.compiler.dataflow.imported_state import is_own
from hypertemplate.compiler.dataflow.module import Module
from hypertemplate.compiler.dataflow.top_level import TopLevel, place
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.project.own_module import OwnModule
from hypertemplate.compiler.project.references import Reference, computes, loaded, references, resolved
from hypertemplate.compiler.project.star_imports import bind_stars
from hypertemplate.compiler.syntax.import_paths import loaded_paths, with_packages
from hypertemplate.compiler.syntax.nodes import evaluated, last_name

_HARMLESS = frozenset(
    [
        "abstractmethod",
        "classmethod",
        "dataclass",
        "deleter",
        "final",
        "getter",
        "overload",
        "override",
        "property",
        "setter",
        "staticmethod",
        "wraps",
    ]
)
"""Decorators that neither call what they decorate nor remember what it returns."""

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class MarkedModules:
    """The user's own modules that matter to a template.

    Args:
        modules: the modules, in the order of import.
        lists_classes: whether they or the template list what derives from a class.

    Attributes:
        modules: the modules, by name.
        marked: for each module, the names that a marker reaches, each with the line that says so.
        anew: modules that each trial imports anew, each with the reason.
    """

    def __init__(self, modules: Iterable[OwnModule], *, lists_classes: bool = False) -> None:
        self._lists_classes = lists_classes
        self.modules = {one.name: one for one in modules}
        for one in self.modules.values():
            bind_stars(one.module, self._indices)
        self.marked: dict[str, dict[str, str]] = {name: {} for name in self.modules}
        self.anew: dict[str, str] = {}
        self._references: dict[TopLevel, list[Reference]] = {
            statement: [*references(one.module, statement, self.modules)]
            for one in self.modules.values()
            for statement in one.module.statements
        }
        grown = True
        while grown:
            before = self._size()
            for one in self.modules.values():
                self._grow(one)
            grown = self._size() != before

    @property
    def markers(self) -> Iterator[Marker]:
        """Markers of all modules."""
        return (marker for one in self.modules.values() for marker in one.markers)

    @property
    def _indices(self) -> dict[str, Module]:
        return {name: one.module for name, one in self.modules.items()}

    def _size(self) -> int:
        return len(self.anew) + sum(map(len, self.marked.values()))

    def references(self, module: Module, statement: TopLevel) -> Iterable[Reference]:
        """Return the references of a statement to these modules; imports bind only."""
        return self._references.get(statement) or references(module, statement, self.modules)

    def _grow(self, one: OwnModule) -> None:
        """Add the names that a marker reaches, as far as is known, and the reason to import it anew."""
        for package in with_packages(one.name)[:-1]:
            if package in self.anew:
                self.anew.setdefault(one.name, self.anew[package])
        self._grow_lazily(one)
        for statement in one.running:
            uses = [*self._marked_uses(one, statement)]
            held = one.held_by(statement)
            if held or uses:
                where = place(one.tree, held[0].node) if held else statement.place
                names = statement.names.binds | statement.names.declares
                self.marked[one.name] = dict.fromkeys(names, where) | self.marked[one.name]
            for name, path in self._imported(statement):
                if (found := resolved(path, self.modules)) is not None and self.is_marked(found):
                    self.marked[one.name].setdefault(name, self.place(found))
            reason = self._read_at_import(one, statement, uses)
            if reason:
                self.anew.setdefault(one.name, reason)

    def _grow_lazily(self, one: OwnModule) -> None:
        """Add the marked names of a package's modules that it may give as its own."""
        for part in self.lazy_parts(one):
            self.marked[one.name] = self.marked[part] | self.marked[one.name]
            if part in self.anew:
                self.anew.setdefault(one.name, self.anew[part])

    def lazy_parts(self, one: OwnModule) -> list[str]:
        """Return the modules of a package whose own `__getattr__` loads them when a name of it is used."""
        if "__getattr__" not in one.module.binders:
            return []
        return [name for name in self.modules if name.startswith(f"{one.name}.")]

    def _marked_uses(self, one: OwnModule, statement: TopLevel) -> Iterator[tuple[str, bool]]:
        """Yield the names that a statement uses and a marker reaches; whether it computes with them."""
        for use in statement.names.uses:
            if use.name in self.marked[one.name] and not self.is_imported(one, use.name):
                # A name that is only looked up, as in globals(), is nowhere in the tree.
                is_written = use.node in one.tree.parents
                yield use.name, computes(one.tree, use.node) if is_written else use.immediate
        for reference in self._references[statement]:
            if self.is_marked(reference):
                yield reference.name or reference.module, reference.evaluated

    def is_imported(self, one: OwnModule, name: str) -> bool:
        """Return True if a name is imported from one of these modules: `references` has its uses."""
        return name in one.module.aliases and resolved(one.module.aliases[name], self.modules) is not None

    def _read_at_import(self, one: OwnModule, statement: TopLevel, uses: list[tuple[str, bool]]) -> str:
        """Return the reason why an import of a module may read a marker because of a statement."""
        where = statement.place
        if read := one.evaluated_by(statement):
            return f"{place(one.tree, read[0].node)} reads a marker when it is imported"
        for name, computed in uses:
            if computed:
                return f"{where} uses '{name}', which a marker reaches, when it is imported"
        if (one.held_by(statement) or uses) and (decorator := remembering_decorator(statement)):
            return f"a marker reaches what is decorated with @{decorator} ({where})"
        if (one.held_by(statement) or uses) and self._registers(one, statement):
            return f"a marker reaches a class of which its base may take note ({where})"
        for other in loaded(statement, self.anew, later=False):
            if other != one.name:
                return f"{where} imports {other}, and {self.anew[other]}"
        return ""

    def _registers(self, one: OwnModule, statement: TopLevel) -> bool:
        """Return True if a base of a class in a statement may take note of what derives from it."""
        classes = [(one, node) for node in evaluated(statement.node) if isinstance(node, ast.ClassDef)]
        every = [*reachable(classes, lambda found: self._bases(*found))]
        return any(
            node.keywords
            or (self._lists_classes and node.bases)
            or any(self._is_unseen(module, base) for base in node.bases)
            or any(isinstance(s, ast.FunctionDef) and s.name == "__init_subclass__" for s in node.body)
            for module, node in every
        )

    def _is_unseen(self, one: OwnModule, base: ast.expr) -> bool:
        """Return True if a base is of the user's own, and in a module that is not among these."""
        path = one.module.dotted(base)
        return path is not None and is_own(path) and resolved(path, self.modules) is None

    def _bases(self, one: OwnModule, node: ast.ClassDef) -> Iterator[tuple[OwnModule, ast.ClassDef]]:
        """Yield the definitions of a class's bases in these modules, each with its module."""
        for base in node.bases:
            path = one.module.dotted(base)
            found = resolved(path, self.modules) if path is not None else None
            name = base.id if path is None and isinstance(base, ast.Name) else found.name if found else ""
            module = self.modules[found.module] if found else one
            for binder in module.module.binders.get(name, ()):
                if isinstance(binder.node, ast.ClassDef):
                    yield module, binder.node

    def is_marked(self, reference: Reference) -> bool:
        """Return True if a marker reaches what a reference names."""
        if reference.module in self.anew:
            return True
        if reference.name:
            return reference.name in self.marked[reference.module]
        below = (name for name in self.modules if f"{name}.".startswith(f"{reference.module}."))
        return any(name in self.anew or self.marked[name] for name in below)

    def place(self, reference: Reference) -> str:
        """Return the line that has a marker reach a name, or the reason to import its module anew."""
        if reference.module in self.anew:
            return self.anew[reference.module]
        marked = self.marked[reference.module]
        return marked.get(reference.name, next(iter(marked.values()), ""))

    def _imported(self, statement: TopLevel) -> Iterator[tuple[str, str]]:
        """Yield the names that imports of a statement bind in its module, with their paths."""
        aliases = self.modules[statement.tree.origin.module].module.aliases
        if any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in evaluated(statement.node)):
            yield from ((name, aliases[name]) for name in statement.names.binds if name in aliases)

    def mark(self, template: Module) -> None:
        """Note the statements of a template that a marker in these modules reaches, and what they import."""
        bind_stars(template, self._indices)
        for statement in template.statements if self.modules else ():
            anew = [*loaded(statement, self.anew, later=True)]
            if anew:
                name = self.modules[anew[0]].tree.origin.name
                reason = f"{name} is imported anew in each trial, since {self.anew[anew[0]]}"
                template.marked[statement.number] = reason
                template.loads[statement.number] = self._packages(anew)
            for found in references(template, statement, self.modules):
                if statement.number not in template.marked and self.is_marked(found):
                    named = f"'{found.name}' of {found.module}" if found.name else f"'{found.module}'"
                    reason = f"it uses {named}, which a marker reaches ({self.place(found)})"
                    template.marked[statement.number] = reason

    def _packages(self, names: Iterable[str]) -> set[str]:
        """Return the packages that imports of some modules may run code of."""

        def imported(name: str) -> Iterator[str]:
            own = self.modules[name]
            for node in ast.walk(own.tree.module):
                yield from (n for n in loaded_paths(node, own.tree.origin.package) if n in self.modules)

        trees = (self.modules[name].tree for name in reachable(names, imported))
        nodes = ((node, tree.origin.package) for tree in trees for node in ast.walk(tree.module))
        return {path.partition(".")[0] for found in nodes for path in loaded_paths(*found)}


def remembering_decorator(statement: TopLevel) -> str:
    """Return a decorator of a definition in a statement that may call it, or remember what it returns."""
    for node in evaluated(statement.node):
        for decorator in node.decorator_list if isinstance(node, _DEFINITIONS) else ():
            function = decorator.func if isinstance(decorator, ast.Call) else decorator
            if last_name(function) not in _HARMLESS:
                return ast.unparse(function)
    return ""
