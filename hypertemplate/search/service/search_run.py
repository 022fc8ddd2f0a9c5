"""One run of a session: the parts that it searches with, and what follows from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hypertemplate.accelerators.detect.cpu import available_memory
from hypertemplate.accelerators.detect.host import here
from hypertemplate.accelerators.local_plan import look, plan_for
from hypertemplate.accelerators.plan.plan import Plan
from hypertemplate.errors import UsageError
from hypertemplate.executors.factory import cluster_workers, this_process, worker_processes
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.executors.process import ProcessExecutor
from hypertemplate.executors.ray_cluster.ray_executor import RayCluster, RayExecutor
from hypertemplate.runtime.protocol import MEMORY_GROWTH_BYTES, DataFile, Ready, RuntimeOptions
from hypertemplate.search.new_study import default_notes
from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.pruners.base import Pruner
from hypertemplate.search.pruners.curve_pruner import FEWEST_TRIALS
from hypertemplate.search.pruners.factory import pruner, wish
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.resume import pruning_note, resume_notes
from hypertemplate.search.samplers.enqueued import DEFAULTS, Point, parse_points, possible_points
from hypertemplate.search.samplers.factory import SamplerFactory
from hypertemplate.search.samplers.hyperopt.trial_documents import ran
from hypertemplate.search.searched_template import Template
from hypertemplate.search.service.circumstances import OPTION as CIRCUMSTANCES
from hypertemplate.search.service.circumstances import begin_under, circumstances
from hypertemplate.search.service.data_record import (
    KEEPING,
    add_data,
    changed_data,
    check_data,
    data_note,
    folder_notes,
    store_data,
    times_changed,
)
from hypertemplate.search.service.live_record import has_other_values
from hypertemplate.search.service.setup_record import check_setup
from hypertemplate.search.service.template_change import TemplateChange
from hypertemplate.search.stop_rules import idle_reason
from hypertemplate.search.storage.base import MemoryStorage, left_to_run
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.study import Study, evaluations
from hypertemplate.search.user_interface import UserInterface
from hypertemplate.units import counted, listed

REUSED_SHARE = 8
"""Divisor of the available memory that gives the default for results of the data function."""

UNKNOWN_MEMORY = 4 << 30
"""Memory that counts as available where the system does not tell."""


SearchExecutor = InlineExecutor | ProcessExecutor | RayExecutor
"""Executor of a session's trials."""


@dataclass(frozen=True, slots=True)
class SearchRun:
    """Parts of one run of a session.

    Attributes:
        given: request of this run.
        request: the same, completed with the options of the existing study.
        template: template to search.
        storage: storage of the study.
        study: study to run.
        samplers: factory of the sampler.
        interface: interface that shows the search.
        change: change of the template since the last run of the study; None without one.
        typed: points that the user wrote; `given` may have those of another study too.
    """

    given: SearchRequest
    request: SearchRequest
    template: Template
    storage: MemoryStorage
    study: Study
    samplers: SamplerFactory
    interface: UserInterface
    change: TemplateChange | None = None
    typed: tuple[str, ...] = ()

    def renewed(self, observer: SearchObserver, ready: Ready) -> None:
        """Judge the trials of a changed template, once its space is known; show what became of them.

        Args:
            observer: is told.
            ready: report of the first worker.
        """
        if self.change is not None and not self.change.is_settled:
            self.change.settle(ready.space)
            observer.edited(self.change.lines)
        if isinstance(self.storage, KEEPING):
            if self.change is None:
                for note in data_note(self.storage, ready.data):
                    observer.note(note)
            for note in folder_notes(self.storage, ready.folders):
                observer.note(note)
            for note in check_setup(self.storage, self.request, self.template, ready.values):
                observer.note(note)
            add_data(self.storage, ready.data, self.template.program.source.path)
            version = times_changed(self.storage.options)
            now = circumstances(self.request, self.template, ready, version)
            if isinstance(self.storage, SqliteStorage):
                begin_under(self.storage, now)
            elif not self.storage.had(ready.space):  # nobody knows those of earlier trials
                self.storage.options[CIRCUMSTANCES] = now

    def read(self, files: tuple[DataFile, ...]) -> None:
        """Let the study know of files that a trial has read."""
        if add_data(self.storage, files, self.template.program.source.path):
            store_data(self.storage)

    def pruner(self, note: Callable[[str], None]) -> Pruner:
        """Return the pruner of the trials.

        Args:
            note: receives its notes for the user.
        """
        request = self.request
        watched = wish(request.prune_on, request.prune_fit)
        return pruner(request.prune, watched, self._given_points(), note, self.interface.spell)

    def _given_points(self) -> tuple[Point, ...]:
        """Return the points that the user ever gave, the defaults too, also where failed trials run again."""
        space = self.template.program.space
        points = possible_points(parse_points(self.request.points, space), self.samplers.fixed)
        return (*([DEFAULTS] if self.request.default_trial and space.states_defaults else []), *points)

    def idle_reason(self) -> str | None:
        """Say why an existing study starts no trial; None if it starts one, or is new."""
        if not self.storage.exists or (self.change is not None and not self.change.is_settled):
            return None
        reason = idle_reason(
            self.request.limits,
            self.storage.study,
            self.study.max_evals,
            self.samplers.finished_grid() if not self.request.retry else None,
            "" if self._runs_again() else self.samplers.exhausted(),
            running=bool(self.storage.running),
            spell=self.interface.spell,
        )
        unused = [] if reason is None else [self.interface.spell(name) for name in self._new_values()]
        return f"{reason}; {listed(unused)} had no effect" if unused else reason

    def begin_adopted(self) -> tuple[str, ...]:
        """Create a study that begins with the trials of another one and has nothing left to run.

        Returns:
            Notes on files that differ from those that the trials have read.

        Raises:
            UsageError: as for `check_data`.
        """
        if not (isinstance(self.storage, SqliteStorage) and self.storage.is_adopted):
            return ()
        had = self.storage.study
        self.storage.options = {**self.storage.kept.options, **self.storage.options}
        notes = check_data(self.storage, self.request, self.template.program.source.path)
        set_labels = tuple(one.label for one in self.samplers.fixed)
        settings = replace(self.study, space=had.space, versions=had.versions, files=had.files)
        self.storage.create(replace(settings, frozen=set_labels))
        return notes

    def _runs_again(self) -> bool:
        """Tell whether a point that was tried runs all the same."""
        return (
            self.request.rerun_equal
            or bool(self.request.retry)
            or has_other_values(self.template, self.storage.kept)
            or bool(changed_data(self.storage.kept, self.template.program.source.path))
        )

    def _new_values(self) -> Iterator[str]:
        """Yield the options with values for parameters that this run has and earlier ones had not."""
        before = self.storage.kept.options
        hinted = {*self.given.points} - {*self.typed}
        for name, values, stored_as in (
            ("fixed", {*self.given.fixed}, "settings"),
            ("points", {*self.typed}, "points"),
            ("as_hints", hinted, "points"),
        ):
            had = before.get(stored_as)
            if not values <= {*(had if isinstance(had, list) else ())}:
                yield name

    def history(self, plan: Plan | None) -> Iterator[str]:
        """Yield the notes on what a study starts or is resumed with."""
        request, study = self.request, self.study
        if self.storage.exists:
            backend = None if plan is None else plan.backend
            kept, begun = self.storage.study, request.from_study
            if begun is not None:
                yield f"starting with {counted(kept.evaluations, 'trial')} of {begun}"
            elif not request.retry:  # those to run again are not counted
                left_out = evaluations(kept.left_out)
                yield self.interface.resumed(
                    str(request.folder),
                    kept.evaluations,
                    study.max_evals,
                    left_out,
                    is_changed=self.change is not None,
                )
            is_named = begun is None and self.template.live is None  # cells have other numbers in each kernel
            template = study.template if is_named else kept.template
            yield from resume_notes(kept, template, backend)
            if request.prune in (None, "none") or study.max_evals >= FEWEST_TRIALS:  # else none is stopped
                yield from pruning_note(self.storage.kept, request.prune)
        else:
            name: Any = None if request.algorithm is None else study.algorithm
            program, max_evals = self.template.program, request.max_evals
            yield from default_notes(
                program,
                study,
                max_evals=max_evals,
                algorithm=name,
                seed=request.seed,
                startup=request.startup,
            )

    def plan(self, documents: Any) -> tuple[Plan | None, str]:
        """Plan the devices of the search; return None, with the reason, if this process is used as it is.

        Args:
            documents: the ``hyperopt.Trials`` of a study in memory; None for one in a folder.

        Raises:
            UsageError: a device is not available; the error says if the study alone asks for it.
        """
        request = self.request
        most = left_to_run(self.storage, request.limits.evals(self.study))
        if documents is not None:
            most = max(self.study.max_evals - len(ran(documents)), 1)
        try:
            return plan_for(self.template.program, request.devices(most), look()), ""
        except UsageError as error:
            if request.in_process and not (request.mixed_precision or request.jit):
                # The code has run here before, and may never reach the line that needs the missing device.
                return None, str(error)
            if error.parameter == "gpus_per_trial" and self.given.gpus_per_trial is None:
                again = "the study ran with it; {gpus_per_trial} 1 resumes it without"
                raise UsageError(f"{error.text}; {again}", error.parameter, error.mentioned) from None
            raise

    def cluster(self) -> RayCluster | None:
        """Connect to the cluster that the trials run on; None for this machine.

        Raises:
            UsageError: there is no such cluster, or no worker there could read what the template needs.
        """
        if self.request.cluster is None:
            return None
        return RayCluster(self.request.cluster)

    def executor(
        self,
        plan: Plan | None,
        observer: SearchObserver,
        models: dict[str, Any],
        folder: Path,
        cluster: RayCluster | None = None,
    ) -> SearchExecutor:
        """Start what runs the trials: this process, workers on the devices of the plan, or on a cluster.

        Args:
            plan: devices of the search; None for this process as it is.
            observer: is told why workers are not forked, if the user wants to know.
            models: dict to fill with the models of trials in this process.
            folder: folder for files of trials.
            cluster: connection to a cluster; None for this machine.
        """
        program, options = self.template.program, self.options()
        if cluster is not None:
            devices = self.request.devices()
            if program.writes:
                devices = replace(devices, workers=1)
            explain = self.request.explain_workers
            return cluster_workers(cluster, program, options, devices, observer.note, folder, explain=explain)
        if self.request.in_process or plan is None:
            save = self.request.folder is not None
            return this_process(program, options, plan, self.template.values, save=save, models=models)
        tell = observer.note if self.request.explain_workers else None
        return worker_processes(program, options, plan, tell)

    def _reuse_bytes(self) -> int:
        """Return the most memory of the results of the data function that all workers keep."""
        given = self.request.reuse_memory_bytes
        if given is not None:
            return given
        return (available_memory(here()) or UNKNOWN_MEMORY) // REUSED_SHARE

    def options(self) -> RuntimeOptions:
        """Return the settings of the trials."""
        watched = wish(self.request.prune_on, self.request.prune_fit)
        return RuntimeOptions(
            self.study.seed,
            self.study.maximize,
            self.study.objective,
            self.template.argv,
            self.template.values_file,
            show_output=self.request.show_output,
            trial_timeout_s=self.request.trial_timeout_s,
            memory_growth_bytes=self.request.memory_growth_bytes or MEMORY_GROWTH_BYTES,
            checkpoint=self.request.checkpoint or "best",
            early_stopping=self.request.early_stopping,
            monitor=watched.name,
            monitor_maximize=watched.maximize,
            forked=self.request.forked,
            prunes=self.request.prune not in (None, "none"),
            reuse_bytes=self._reuse_bytes(),
            digests=isinstance(self.storage, KEEPING),
        )
