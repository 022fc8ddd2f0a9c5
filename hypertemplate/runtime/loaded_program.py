"""The user's module: made once in a worker, restored before each trial, and called."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, MappingProxyType
from typing import Any

from hypertemplate.compiler.markers.drawn_values import python_values
from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.compiler.program import Program, Reached
from hypertemplate.errors import LoadError
from hypertemplate.runtime.argument_values import ArgumentValues
from hypertemplate.runtime.data_files.setup_values import setup_values
from hypertemplate.runtime.draws import Draws
from hypertemplate.runtime.kept_models import values_in_place
from hypertemplate.runtime.kept_models.values_in_place import TrialCode
from hypertemplate.runtime.model_arguments import call
from hypertemplate.runtime.own_code import MODULE_NAME
from hypertemplate.runtime.own_modules import trial_names
from hypertemplate.runtime.own_modules.fresh_imports import FreshImports
from hypertemplate.runtime.own_modules.late_imports import LateImports
from hypertemplate.runtime.own_modules.live_functions import LiveFunctions
from hypertemplate.runtime.own_modules.loaded_modules import imported_modules
from hypertemplate.runtime.own_modules.program_module import compiled, new_module
from hypertemplate.runtime.own_modules.rewritten_modules import RewrittenModules
from hypertemplate.runtime.own_modules.statement_order import StatementOrder
from hypertemplate.runtime.program_data import ProgramData, named_function
from hypertemplate.runtime.protocol import DataCall, ValueDigest
from hypertemplate.runtime.reuse.data_effects import TrialSurroundings
from hypertemplate.runtime.reuse.reused_data import CONTINUOUS, ReusedData
from hypertemplate.runtime.seeds import resume, seed_everything, seed_others, seeded_states
from hypertemplate.runtime.settings.named_attributes import named_attributes
from hypertemplate.runtime.settings.python_settings import same_streams
from hypertemplate.runtime.settings.recorded_settings import RecordedSettings
from hypertemplate.runtime.state.completeness import has_whole_state
from hypertemplate.runtime.state.record import Changes, Record
from hypertemplate.runtime.state.recorded_state import Root


def load(
    program: Program,
    seed: int,
    values: Mapping[str, Any] = MappingProxyType({}),
    *,
    own: bool = False,
    calling: Callable[[str], None] = lambda function: None,
    digests: bool = False,
) -> LoadedProgram:
    """Run the setup part, evaluate the numbers of the search space, and record what trials share.

    Args:
        program: program to load.
        seed: seed of the study.
        values: values that the program takes from memory, by name.
        own: whether this is the user's own process.
        calling: is told the name of the data function before setup calls it.
        digests: whether to digest the values that setup makes.

    Returns:
        The loaded program, which runs trials.

    Raises:
        LoadError: the value that data returned does not fit the model, or an argument has no number to draw
            from.
        BaseException: whatever the user's code raises.
    """
    namespace = vars(new_module(program))
    trial = tuple(compiled(part, part.trial) for part in program.parts)
    seed_everything(seed)
    namespace.update((name, values[name]) for name in program.live)
    namespace["_ht_"] = Draws({})  # where a data function leaves its local variables
    setup = tuple(compiled(part, part.setup) for part in program.parts)
    order = StatementOrder(program)
    apart = trial_names.can_be_apart(setup, trial, (*program.leaked, "space"))
    # All of a searched cell is a trial to the user, who may run it again; only a history keeps growing.
    growing = {one.name for one in program.reached if one.grows_only}
    kept = [name for name in program.live if name not in growing] if own and program.model is None else []
    before = Record((Root(name, None, values[name]) for name in kept), own=own)
    live = LiveFunctions(values.values()) if program.is_live else None
    modules = RewrittenModules(program.parts, program.marked, program.anew, own=own, live=live)
    with contextlib.ExitStack() as after_failure:
        after_failure.callback(modules.uninstall)
        after_failure.callback(before.undo)
        modules.install()
        package = program.parts[-1].package
        if package and package not in program.anew:
            importlib.import_module(package)  # as `python -m` does
        for code in order.setup(setup):
            exec(code, namespace)
        loaded = LoadedProgram(program, seed, namespace, trial, before, modules, order, own=own, apart=apart)
        after_failure.callback(loaded.give_back)
        if digests:  # before a call of data() changes them
            loaded.values = setup_values(program, namespace)
        loaded.prepare(calling)
        after_failure.pop_all()
    before.forget_unchanged()
    return loaded


class LoadedProgram:
    """Program whose setup part has run; `load` makes it.

    Attributes:
        space: search space with every argument evaluated; empty before `prepare`.
        settings: settings of the process as setup left them.
        values: digests of the values that setup has made and that trials read; empty if nobody asks for them.
    """

    def __init__(
        self,
        program: Program,
        seed: int,
        namespace: dict[str, Any],
        trial: tuple[CodeType, ...],
        before: Record,
        modules: RewrittenModules,
        order: StatementOrder,
        *,
        own: bool = False,
        apart: bool = False,
    ) -> None:
        self.space: tuple[Dimension, ...] = ()
        self.values: dict[str, ValueDigest] = {}
        self._program = program
        self._study_seed = seed
        self._namespace = namespace
        self._names = namespace
        self._module = sys.modules.get(MODULE_NAME)
        self._apart = apart
        self._read_later = trial_names.read_later(trial) if apart and own else frozenset()
        self._trial = trial
        self._snapshot: dict[str, Any] = {}
        self._own = own
        self._before = before
        self._modules = modules
        self._order = order
        modules.differs = lambda: self._record.differs
        self._arguments = ArgumentValues(program, namespace, modules)
        self._data = ProgramData(program, seed, self._arguments)
        self._first = self._record = Record((), own=own)
        self._before_data = self._record
        self._imports = FreshImports(program, namespace)
        self._changed_by_data: tuple[str, ...] = ()
        self._anew = False
        self._late = LateImports(
            own=own,
            differs=lambda: self._record.differs,
            settings=lambda: self.settings.changed(),
            anew=program.anew,
            dependent=program.dependent,
        )
        self._compared = True
        self._lengths: dict[str, int] = {}
        self._reused: ReusedData | None = None
        self._reports: Callable[[], object] = bool
        self._random: dict[str, Any] = {}
        self.settings = RecordedSettings(own=own, attributes=program.set_attributes)

    def prepare(self, calling: Callable[[str], None]) -> None:
        """Call `data()` where it is setup, evaluate the numbers of the search space, record shared state.

        Args:
            calling: is told the name of the data function before it is called.
        """
        program = self._program
        self._record_process()
        called = self._data.is_tried
        if called:
            calling(program.data or "data")
            self._take_record()
            if self._own:
                self._before_data = self._record
                self._spare_iterators()
            self._namespace["_ht_"].given = self._data.load(self._namespace)
        self.space = tuple(self._arguments.dimensions())
        self._namespace["_ht_"].given = {}
        self._lengths = {
            dimension.label: len(dimension.options)
            for parameter, dimension in zip(program.space.parameters, self.space, strict=True)
            if parameter.options is None and dimension.options
        }
        if program.keeps_data and not self._data.per_trial:
            self._decide_on_data()
        if not self._data.per_trial:
            self._record_process()
        elif called:
            self._undo_data()
        self._changed_by_data = self._before_data.compare_data(program.data or "data")
        self._take_record()
        if self._own:
            self._spare_iterators()
            self._first = self._record

    def reuse_data(self, budget_bytes: int, reports: Callable[[], object]) -> None:
        """Keep results of a data function that runs in each trial, for trials with the same values.

        Args:
            budget_bytes: most memory of what is kept.
            reports: returns a value that changes as fits report.
        """
        reuse = self._program.reuse
        if reuse is not None and budget_bytes > 0 and self._data.per_trial:
            continuous = [one.label for one in self.space if one.distribution in CONTINUOUS]
            self._reused = ReusedData(self._data, reuse, self._study_seed, budget_bytes, continuous)
            self._reports = reports

    @property
    def data_call(self) -> DataCall | None:
        """Report on the data function in the last trial."""
        return None if self._reused is None else self._reused.last

    def _spare_iterators(self) -> None:
        """Let what follows use copies of the user's iterators."""
        self._record.spare_iterators()
        self._namespace.update(self._snapshot)

    def _record_process(self) -> None:
        """Record the settings of the process, and the states of the generators that setup has seeded."""
        # Values in memory may include functions that seed, which cannot be noticed.
        self._random = seeded_states(*(self._program.seeds if self._own else ()))
        self.settings = self._recorded_settings()

    def _recorded_settings(self) -> RecordedSettings:
        named = named_attributes(self._namespace, self._trial)
        return RecordedSettings(own=self._own, attributes=self._program.set_attributes, more=named)

    def _decide_on_data(self) -> None:
        """Keep data that trials change if the record can put it back; else load it anew for each trial."""
        given = [root.value for root in self._shared() if root.reached is None]
        if has_whole_state(given) and self._recorded().can_put_back_data:
            self._trial = tuple(compiled(part, part.trial_on_kept_data) for part in self._program.parts)
            self._order.keep_data()
        else:
            self._data.load_anew()

    def _undo_data(self) -> None:
        """Put back what the call of `data()` has changed that showed that it has to run in each trial."""
        if reason := self.compare(0).lasting:
            told = (
                f"{self._program.data}() has to run anew in each trial, but changes what cannot be put back"
            )
            raise LoadError(told, reason)
        self.restore()

    def accept_changes(self) -> None:
        """Make every trial start with the present state, which hooks of a fork may have changed."""
        self.settings = self._recorded_settings()
        names = self._namespace
        rebound = names.keys() != self._snapshot.keys() or any(
            names[name] is not value for name, value in self._snapshot.items()
        )
        if rebound or self._record.differs:
            self._take_record()

    def _take_record(self) -> None:
        self._snapshot = dict(self._namespace)
        # What only the last record holds ends now, as in a run without one.
        self._record = Record((), own=self._own, told=self._record.told)
        self._modules.record()
        self._record = self._recorded()

    def _recorded(self) -> Record:
        # A history that people plot keeps growing where they can see it.
        growing = [one.name for one in self._program.reached if one.grows_only and self._own]
        return Record(
            self._shared(),
            own=self._own,
            left_out=growing,
            names=self._snapshot,
            told=self._record.told,
            certain=self._program.keeps_data,
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes for the user on the way that the program runs."""
        return self._arguments.notes + self._data.notes + self._changed_by_data

    @property
    def data_notes(self) -> tuple[str, ...]:
        """Notes for the user on the data function, after a trial."""
        return () if self._reused is None else tuple(filter(None, [self._reused.note()]))

    @property
    def names(self) -> dict[str, Any]:
        """Global names of the running trial, or of the last one, with their current values."""
        return self._names

    def draws(self, params: Params) -> Draws:
        """Return the draws that a trial with these parameters reads its values from."""
        return Draws(params, self._lengths, forks=True)

    def compare(self, number: int) -> Changes:
        """Find what the last trial has changed of the state that trials share; `restore` puts it back.

        Args:
            number: number of the trial.
        """
        self._compared = True
        model = self._names.get(self._program.model or "")
        changes = self._record.compare(number, model, self._can_import_anew)
        self._anew = changes.anew
        late, settings = self._late.compare(number), self.settings.compare(number)
        lasting = changes.lasting or late.lasting or settings.lasting
        return Changes(changes.notes + late.notes + settings.notes + self._modules.notes(), lasting)

    def _can_import_anew(self) -> bool:
        ran = () if self._data.per_trial else (self._program.data or "",)
        if self._own or not self._imports.possible(self._snapshot, self._data.kept, ran):
            return False
        seed_everything(self._study_seed)
        return self._imports.prepare()

    def shared_model(self, model: object) -> str:
        """Return the name by which all trials share a model; empty where each makes its own."""
        return self._record.shared_model(model)

    def restore(self) -> None:
        """Restore the state after setup.

        It is restored in place: functions hold the module's dict, and several names may hold one list.
        """
        if not self._compared:
            self.compare(0)
        self.settings.put_back()
        # What was recorded later may have been recorded as the trial had changed it.
        self._late.put_back()
        self._record.put_back()
        if self._names is not self._namespace:
            trial_names.end(self._names, self._snapshot, self._read_later)
            self._names = self._namespace
            if self._module is not None:
                sys.modules[MODULE_NAME] = self._module
        for name in [name for name in self._namespace if name not in self._snapshot]:
            del self._namespace[name]
        self._namespace.update(self._snapshot)
        if self._anew:
            self._anew = False
            self._late.forget()
            self._imports.take_place()
            self._take_record()

    def close(self) -> None:
        """Leave the user's objects as they were before the program was loaded."""
        self.restore()
        self._first.give_back_iterators()
        self.give_back()
        self._before.undo()
        self._modules.uninstall()

    def give_back(self) -> None:
        """Leave the user's objects as they were before `data()`: another search has the same data."""
        self._before_data.undo()
        self._before_data.give_back_iterators()

    def run(self, draws: Draws, seed: int) -> Any:
        """Run the trial part and call the model, in a module that `restore` has restored.

        Args:
            draws: values of the trial.
            seed: seed of the trial, of all generators that the template has not seeded. A `data()` that runs
                again has the study's seed instead, so that every trial sees the same data.

        Returns:
            The value that the model function returned; None for a script, whose numbers are among `names`.

        Raises:
            JoinError: the value that data returned does not fit the model.
            BaseException: whatever the user's code raises.
        """
        # What it gives context variables, such as NumPy's handling of errors, is gone with the context.
        with self._late.recorded(), same_streams():
            try:
                return contextvars.copy_context().run(self._run, draws, seed)
            finally:
                self.settings.functions.put_back()

    def _run(self, draws: Draws, seed: int) -> Any:
        program = self._program
        self._compared = False
        if self._reused is not None:
            self._reused.last = None
        self.settings.begin()
        resume(seed, self._random)
        self._names = names = trial_names.begin(self._namespace) if self._apart else self._namespace
        self._namespace["_ht_"] = names["_ht_"] = draws
        self._modules.begin(draws)
        if program.reads_space:
            names["space"] = python_values(self.space, draws.params)
            draws.read_all()
        self._run_statements(draws)
        returned = self._data.kept
        if program.data is not None and self._data.per_trial:
            returned = self._returned(draws, seed)
        if program.model is None:
            return None
        arguments = self._data.model_arguments(returned)
        return call(named_function(names, program.model), arguments)

    def _returned(self, draws: Draws, seed: int) -> Any:
        """Return what the data function returns in a trial."""
        if self._reused is None:
            returned = self._data.call(self._names)
            seed_others(seed)
            return returned
        around = TrialSurroundings(
            self._names,
            self._snapshot,
            self._record,
            self.settings,
            self._late,
            frozenset(one.name for one in self._program.reached if one.grows_only),
            (*self._program.anew, *self._program.marked),
            self._reports,
            own=self._own,
        )
        return self._reused.call(around, draws, seed)

    def _run_statements(self, draws: Draws) -> None:
        """Run the trial part, which ends a script well with ``sys.exit()``, and with its own result."""
        try:
            for code in self._order.trial(self._trial):
                exec(code, self._names)
        except SystemExit as end:
            result = (
                draws.ended is not None and end.code is draws.ended[1] and not isinstance(end.code, int | str)
            )
            if self._program.model is not None or not (end.code in (None, 0) or result):
                raise

    @functools.cached_property
    def trial_codes(self) -> frozenset[CodeType]:
        """Code of the functions that values of a trial reach."""
        found = {each for code in self._trial for each in values_in_place.nested(code)}
        for one in self._modules.trial_code():
            every = values_in_place.nested(one.code)
            found.update(each for each in every if not one.shared or values_in_place.DRAWS in each.co_names)
        return frozenset(found)

    def put_values_in_place(self, number: int) -> None:
        """Give the functions of the last trial its values, before its model is kept.

        Args:
            number: number of the trial.
        """
        draws = self._names["_ht_"]
        program = self._program
        own = zip(program.parts, self._trial, strict=True)
        codes = [TrialCode(part, code, self._names) for part, code in own if not part.module]
        values_in_place.put_in_place([*codes, *self._modules.trial_code()], draws, number, program.model)

    def _shared(self) -> Iterator[Root]:
        """Yield the arguments of the model, then the values of names that trial code reaches."""
        program = self._program
        if program.data is not None and program.model is not None and self._data.kept is not None:
            given = self._data.model_arguments(self._data.kept)
            named = enumerate(given) if isinstance(given, tuple) else given.items()
            yield from (Root(name, None, value) for name, value in named)
        for reached in (*program.reached, *(Reached(name, "") for name in program.leaked)):
            if reached.name in self._namespace:
                yield Root(reached.name, reached, self._namespace[reached.name])
        for name, module in imported_modules(program):
            yield Root(name, Reached(name, "", imported=True), module, last=True)
