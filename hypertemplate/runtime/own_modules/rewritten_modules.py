"""The user's own modules with markers, loaded from their rewritten text under their own names and files."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any, cast

from hypertemplate.compiler.program import Placement, ProgramPart, Statement
from hypertemplate.runtime.draws import Draws
from hypertemplate.runtime.kept_models.values_in_place import DRAWS, TrialCode
from hypertemplate.runtime.own_modules.live_functions import LiveFunctions
from hypertemplate.runtime.own_modules.loaded_modules import forget_modules, install_modules
from hypertemplate.runtime.own_modules.shared_classes import SharedClasses
from hypertemplate.runtime.pickles import send_by_name, send_by_value


class RewrittenModules(MetaPathFinder):
    """Finder that has the other finders' modules load from the program, where it has their text.

    Args:
        parts: parts of the program, among them the rewritten modules.
        marked: names of these modules, and of those that import them.
        anew: names of those that each trial imports anew.
        own: whether this is the user's own process, which has its modules back when the search ends.
        live: functions of the modules that are in memory, if the template is code in memory.

    Attributes:
        draws: draws that the modules read.
        differs: tells whether what trials share has changed.
        codes: code of the modules that were loaded, by name.
    """

    def __init__(
        self,
        parts: Iterable[ProgramPart],
        marked: Collection[str] = (),
        anew: Collection[str] = (),
        *,
        own: bool = False,
        live: LiveFunctions | None = None,
    ) -> None:
        self._parts = {part.module: part for part in parts if part.module and part.statements}
        self._marked = marked
        self._anew = anew
        self.draws = Draws({})
        self.codes: dict[str, CodeType] = {}
        self._classes = SharedClasses()
        self._own = own
        self._live = live
        self._before: dict[str, ModuleType] = {}
        self._in_place: frozenset[str] = frozenset()
        self._twice: dict[str, bool] = {}
        self.differs: Callable[[], bool] = lambda: False

    def install(self) -> None:
        """Load the modules from the program from now on; those that are loaded already are put aside.

        Those that code in memory uses stay, with the rewritten code in their functions.

        Raises:
            LoadError: such a module has another text than its file.
        """
        if not self._parts:
            return
        if self._live is not None:
            for name in self._parts.keys() & sys.modules.keys():
                self._live.rewrite(name, self.code(name), once=name not in self._anew)
            self._in_place = frozenset(sys.modules.keys() & {*self._marked} - {*self._anew})
            self._before = forget_modules(self._anew)
        elif self._own:
            self._before = forget_modules(self._marked)
        at = next((n for n, one in enumerate(sys.meta_path) if one is PathFinder), len(sys.meta_path))
        sys.meta_path.insert(at, self)

    def uninstall(self) -> None:
        """Load modules as Python does; those that were put aside are back."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
            for module in forget_modules({*self._marked} - self._in_place).values():
                send_by_name(module)
            install_modules(self._before)
        if self._live is not None:
            self._live.give_back()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the other finders' spec of a module, with a loader of the rewritten text."""
        if fullname not in self._parts:
            return None
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            find = getattr(finder, "find_spec", None)
            spec = cast("ModuleSpec | None", None if find is None else find(fullname, path, target))
            if spec is not None:
                part = self._parts[fullname]
                if spec.origin and os.path.realpath(spec.origin) == os.path.normpath(part.filename):
                    spec.loader = _Loader(part, spec.origin, self)
                return spec
        return None

    def begin(self, draws: Draws) -> None:
        """Have the modules read the values of a trial, and those that it imports anew be imported by it."""
        self.forget()
        self._classes.put_back()
        self.draws = draws
        if self._live is not None:
            self._live.begin(draws)
        for name in self._parts:
            if name in sys.modules:
                vars(sys.modules[name])[DRAWS] = draws

    def record(self, *names: str) -> None:
        """Have all trials begin with the classes of modules as they are now; by default of all modules."""
        shared = [n for n in names or self._parts if n in sys.modules and n not in self._anew]
        self._classes.record(sys.modules[name] for name in shared)

    def forget(self) -> None:
        """Have the next import of what each trial imports anew run it."""
        if self._anew:
            packages = tuple(f"{name}." for name in self._anew)
            inside = [name for name in sys.modules if name.startswith(packages)]
            forget_modules([*self._anew, *inside])

    @contextmanager
    def noted(self, name: str) -> Iterator[None]:
        """Note a module that ran before the search, and changes what trials share when it runs again here."""
        passed = name not in self._before or self.differs()
        yield
        if not passed and self.differs():
            self._twice.setdefault(name, False)

    def notes(self) -> tuple[str, ...]:
        """Return a note on each module whose changes of other modules count twice, once for each."""
        names = [name for name, told in self._twice.items() if not told]
        self._twice.update(dict.fromkeys(names, True))
        return tuple(
            f"'{name}' changes what other modules hold when it is imported; it was imported before the "
            "search, with the defaults of its markers, and is imported again in each trial, so its changes "
            "count twice: make them in a function that each trial calls"
            for name in names
        )

    def code(self, name: str) -> CodeType:
        """Compile the rewritten text of a module."""
        part = self._parts[name]
        code: CodeType = compile(part.kept, part.filename, "exec", dont_inherit=True)
        self.codes[name] = code
        return code

    def names(self, module: str) -> dict[str, Any]:
        """Return the names of a module that is loaded, or is loaded now."""
        return vars(sys.modules[module] if module in sys.modules else import_module(module))

    def trial_code(self) -> Iterator[TrialCode]:
        """Yield the code of the modules that are loaded, for the functions of a trial."""
        for name, code in self.codes.items():
            if name in sys.modules:
                shared = name not in self._anew
                yield TrialCode(self._parts[name], code, vars(sys.modules[name]), shared=shared)

    @contextmanager
    def tried(self, values: Mapping[str, Any]) -> Iterator[None]:
        """Let modules that are imported in this context read some values; forget what each trial imports.

        Args:
            values: label -> value, or a function that returns it.
        """
        self.begin(Draws(values))
        try:
            yield
        finally:
            self.begin(Draws({}))


def serve(draws: Draws, modules: Mapping[str, tuple[str, str]]) -> RewrittenModules:
    """Load modules from rewritten texts; for ``program.py``.

    Args:
        draws: draws that they read.
        modules: module name -> name of its code, and text.
    """
    served = RewrittenModules(
        ProgramPart(filename, filename, (Statement(1, text, Placement.IMPORTED),), 0, name)
        for name, (filename, text) in modules.items()
    )
    served.install()
    served.draws = draws
    return served


class _Loader(SourceFileLoader):
    """Loader of a module whose code is that of the program.

    Args:
        part: text of the module.
        path: path of its file.
        modules: the modules of the program.
    """

    def __init__(self, part: ProgramPart, path: str, modules: RewrittenModules) -> None:
        super().__init__(part.module, path)
        self._part = part
        self._modules = modules

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, whose markers read the values of the trial."""
        vars(module)[DRAWS] = self._modules.draws
        send_by_value(module)
        with self._modules.noted(module.__name__):
            super().exec_module(module)
        self._modules.record(module.__name__)

    def get_code(self, fullname: str) -> CodeType:
        """Return the code of the rewritten text."""
        return self._modules.code(fullname)

    def get_source(self, fullname: str) -> str:
        """Return the rewritten text."""
        return self._part.kept
