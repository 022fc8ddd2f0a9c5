"""Session: the one service of a search for all interfaces, from the request to the finished study."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from hypertemplate.compiler.emit.fingerprint import enclosing_statements
from hypertemplate.compiler.emit.other_labels import with_labels
from hypertemplate.compiler.emit.program_text import render_program
from hypertemplate.compiler.markers.search_space import Dimension, SearchSpace
from hypertemplate.compiler.program import Program
from hypertemplate.errors import NoModelError, Spelling, UsageError
from hypertemplate.executors.base import Executor
from hypertemplate.executors.inline import InlineExecutor
from hypertemplate.executors.ray_cluster.ray_executor import RayCluster
from hypertemplate.runtime.failures.plain_text import plain
from hypertemplate.runtime.process import temporary_folders
from hypertemplate.runtime.process.interrupts import Interrupts
from hypertemplate.runtime.protocol import TRIALS
from hypertemplate.search.distributed import (
    check_distributed,
    check_values,
    run_distributed,
    with_space,
)
from hypertemplate.search.fixed_params import FixedParam, joined_fixed, label_of, outside
from hypertemplate.search.generations.hints import hints
from hypertemplate.search.generations.succession import Succession
from hypertemplate.search.loop import RETRIES_LOST, search
from hypertemplate.search.new_study import check_arguments_given
from hypertemplate.search.observer import SearchObserver
from hypertemplate.search.pruners.factory import check_method, wish
from hypertemplate.search.request import SearchRequest, check_count
from hypertemplate.search.resume import (
    STATEMENTS,
    check_retry,
    labels_of,
)
from hypertemplate.search.samplers.base import Sampler
from hypertemplate.search.samplers.factory import Proposer, check_algorithm
from hypertemplate.search.samplers.hyperopt.document_checks import check_empty
from hypertemplate.search.samplers.hyperopt.document_origin import continued, keep_origin, of_other_code
from hypertemplate.search.samplers.hyperopt.trial_documents import (
    ended,
    new_trials,
    read_trials,
    runs_elsewhere,
)
from hypertemplate.search.searched_template import Template, TemplateNames, TemplateSource
from hypertemplate.search.service.confirmed_trials import (
    changed_since,
    check_computed_alike,
    check_confirmable,
    confirmed,
)
from hypertemplate.search.service.data_record import KEEPING, check_data
from hypertemplate.search.service.live_record import check_memory, identified, live_options
from hypertemplate.search.service.search_run import SearchExecutor, SearchRun
from hypertemplate.search.service.session_models import SessionModels
from hypertemplate.search.service.study_definition import StudyDefinition
from hypertemplate.search.service.template_change import template_change
from hypertemplate.search.stop_rules import idle_reason, interrupted, interrupted_early
from hypertemplate.search.storage.base import MemoryStorage, check_room
from hypertemplate.search.storage.cached_study import CachedStudy
from hypertemplate.search.storage.models import returned_none
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.reader import holds_study, read_study, whole_study
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.storage.studies_cache import new_place
from hypertemplate.search.stored_options import (
    MACHINES,
    WHOLE_PATH,
    check_arguments,
    is_corrected,
    place_of,
    resumed,
    stored,
)
from hypertemplate.search.study import Study, Trial
from hypertemplate.search.user_interface import Opening, UserInterface
from hypertemplate.units import counted


class Session:
    """Search that runs, and can be resumed any number of times.

    Args:
        request: request of the user.
        source: source of the template.
        documents: a ``hyperopt.Trials`` to fill with the trials. Without a folder its own are resumed; with
            one it has to be empty, and gets those of the study. None for one of the session's own.
        cache: folder in which a study in memory is copied, in case that this process dies; None for none.

    Attributes:
        study: study so far; None before it is created.
        storage: storage of the study; None before it is opened.
        models: models of the best trials.

    Raises:
        UsageError: the algorithm does not exist, or the documents of a study in a folder are not empty.
    """

    def __init__(
        self,
        request: SearchRequest,
        source: TemplateSource,
        documents: Any = None,
        cache: Path | None = None,
    ) -> None:
        if request.algorithm is not None:
            check_algorithm(request.algorithm)
        if request.folder is not None and documents is not None:
            check_empty(documents)
        self.study: Study | None = None
        self.storage: MemoryStorage | None = None
        self._request = request
        self._source = source
        self._names = source.names
        self._template: tuple[TemplateNames, Template] | None = None
        self._documents = new_trials() if documents is None and request.folder is None else documents
        self._tids: dict[int, int] = {}
        self._told = False
        self._cache = cache
        self._copied_to: Path | None = None
        self.models = SessionModels(request, lambda: self._folder, self._counts)

    @property
    def program(self) -> Program:
        """Compiled template.

        Raises:
            CompileError: the template has errors.
        """
        return self._compiled(self._names).program

    @property
    def request(self) -> SearchRequest:
        """Request of the user."""
        return self._request

    @property
    def folder(self) -> Path | None:
        """Folder of the study; None for one in memory."""
        return self._request.folder

    @property
    def model_note(self) -> str:
        """Reason for a missing best model although trials return models; else an empty string."""
        return self.models.note

    def model(self, number: int, *, trust: bool = False) -> Any:
        """Load the model of a trial; `trust` is for one that another process has saved.

        Raises:
            NoModelError: the trial returned none, or it could not be saved.
            UntrustedError: its file may run code, and is not trusted.
        """
        if self.models.has(number):
            return self.models.load(number, self._compiled(self._names).values, trust=trust)
        trials = self.study.trials if self.study is not None else ()
        trial = next((one for one in trials if one.number == number), None)
        if trial is not None and trial.equal_to is not None:
            return self.model(trial.equal_to, trust=trust)
        if trial is None:
            raise NoModelError(f"there is no trial {number}")
        if self._documents is not None and runs_elsewhere(self._documents):
            where = type(self._documents).__name__
            raise NoModelError(f"trial {number} has no model: none comes back from where {where} runs trials")
        raise NoModelError(self.models.best.missing(trial) or returned_none(number, self.program.model))

    def run(self, interface: UserInterface, max_evals: int | None = None) -> Study:
        """Run trials until the requested number is reached.

        Args:
            interface: interface that shows the search.
            max_evals: total number of trials; by default that of the request.

        Raises:
            CompileError: the template has errors.
            LoadError: the template fails before its first trial.
            KeyboardInterrupt: the user interrupts, and the interface does not want the trials so far.
            UsageError: the request cannot be satisfied.
        """
        with Interrupts():
            return self._run(interface, max_evals)

    def _run(self, interface: UserInterface, max_evals: int | None) -> Study:
        given = self._request if max_evals is None else replace(self._request, max_evals=max_evals)
        if self.study is not None and (idle := self._nothing_left(self.study, given, interface)):
            interface.show_idle((idle,))
            return self.study
        temporary_folders.remove_abandoned()
        own = given
        given, hinted = self._with_hints(given)
        names = self._names
        request, as_before = self._resumed(given, interface.spell)
        check_method(
            request.prune,
            prune_on=request.prune_on,
            prune_fit=request.prune_fit,
            count_pruned=request.count_pruned,
        )
        template = self._under_labels_of(request, self._compiled(self._names))
        check_arguments_given(template.program, self._names.arguments)
        with closing(self._opened(request, template)) as storage:
            change = template_change(request, template, storage, self._names)
            if change is not None:
                request, _, as_before = resumed(given, names, change.record(), interface.spell)
                change.storage.options = self._options(request, template)
            definition = StudyDefinition(given, request, template, storage, self._documents)
            study = definition.study()
            if self.study is not None and given.folder is None:
                study = replace(study, confirmations=self.study.confirmations)
            if change is not None:
                change.settle_early()
            samplers = definition.samplers(study, interface.spell)
            run = SearchRun(given, request, template, storage, study, samplers, interface, change, own.points)
            check_algorithm(samplers.algorithm)
            differing = self._differing(run)
            self._take_over(run)
            idle = run.idle_reason()
            if idle is not None:
                data = run.begin_adopted()
                self.study = storage.study
                _tell_place(storage)
                if self._documents is not None and self._in_memory is None:
                    keep_origin(self._documents, samplers.fill())
                changed = () if change is None else change.lines
                interface.show_idle(tuple(filter(None, (as_before, *differing, *data, idle))), changed)
            elif self._documents is not None and runs_elsewhere(self._documents):
                self.study = self._run_distributed(run)
            else:
                self.study = self._run_trials(run, (as_before, hinted, *differing))
            return self.study

    def confirm(self, interface: UserInterface, top: int, repeats: int) -> Study:
        """Run the best trials again, each run with another seed and in a process of its own.

        Args:
            interface: interface that shows the runs.
            top: number of trials; fewer if there are not as many.
            repeats: number of runs that each of them is to have, with those of an earlier call.

        Returns:
            The study with these runs.

        Raises:
            KeyboardInterrupt: the user interrupts, and the interface does not want the runs so far.
            UsageError: no trial has succeeded, the code has changed since, or a search runs on the study.
        """
        check_count("top", top)
        check_count("repeats", repeats)
        with Interrupts():
            return self._confirm(interface, top, repeats)

    def _confirm(self, interface: UserInterface, top: int, repeats: int) -> Study:
        temporary_folders.remove_abandoned()
        given, names = replace(self._request, in_process=False, fresh=False, from_study=None), self._names
        folder = given.folder
        with closing(self._to_confirm(folder)) as storage:
            name = names.path or self._source.names.path or storage.study.name
            check_confirmable(storage.study, name if folder is None else plain(str(folder)))
            if folder is not None:
                check_computed_alike(given, storage.kept.options)
            request = given if folder is None else self._resumed(given, interface.spell)[0]
            template = self._for_workers(request)
            if template_change(request, template, storage, self._names) is not None:
                raise changed_since(storage.study, plain(str(folder)), self._names.path)
            definition = StudyDefinition(given, request, template, storage, None)
            study = definition.study()
            samplers = definition.samplers(study, interface.spell)
            run = SearchRun(given, request, template, storage, study, samplers, interface)
            self.study = confirmed(run, top, repeats, self._folder / TRIALS)
            return self.study

    def _to_confirm(self, folder: Path | None) -> MemoryStorage:
        """Open the storage of the study that exists."""
        if folder is not None:
            whole_study(folder)  # its error names what is there instead
            return SqliteStorage(folder)
        if self.study is None:
            raise UsageError("no trial has run yet")
        storage = MemoryStorage()
        storage.renew(Kept(self.study))
        return storage

    def _for_workers(self, request: SearchRequest) -> Template:
        """Return the template for worker processes, under the labels of the study in a folder."""
        if not self._request.in_process:
            return self._under_labels_of(request, self._compiled(self._names))
        before = self._template
        try:
            template = self._source.template(self._names, lambda: self._folder, in_process=False)
            if request.folder is not None:
                template = identified(template, _study_at(request.folder))
            return self._under_labels_of(request, template)
        finally:
            self._template = before

    @staticmethod
    def _nothing_left(study: Study, given: SearchRequest, interface: UserInterface) -> str | None:
        """Say why a study in memory starts no trial, before anything is loaded; None if it starts one."""
        if given.folder is not None:
            return None
        most = study.max_evals if given.max_evals is None else given.max_evals
        return idle_reason(
            given.limits, study, most, None, running=False, spell=interface.spell, in_folder=False
        )

    def _run_trials(self, run: SearchRun, as_before: tuple[str, ...]) -> Study:
        """Run the trials on this machine, or on a cluster."""
        with ExitStack() as connected:
            cluster = run.cluster()
            if cluster is not None:
                connected.callback(cluster.close)
            return self._run_on(cluster, run, as_before)

    def _run_on(self, cluster: RayCluster | None, run: SearchRun, as_before: tuple[str, ...]) -> Study:
        """Run the trials on a cluster; None for this machine."""
        plan, missing = run.plan(self._in_memory) if cluster is None else (None, "")
        headline = cluster.headline if cluster is not None else "" if plan is None else plan.headline
        if headline:
            _record_machine(run.storage, headline)
        changed = check_data(run.storage, run.request, run.template.program.source.path)
        typed: tuple[FixedParam, ...] = ()
        if not run.request.retry:
            typed = (*run.samplers.fixed, *(param for point in run.samplers.given for param in point))
        notes = (*(plan.notes if plan else ()), *outside(typed, run.template.program.space))
        executors: list[SearchExecutor] = []
        opening = Opening(
            run.study,
            run.template.program,
            "" if run.request.in_process else headline,
            tuple(filter(None, (*run.history(plan), *as_before, *changed))),
            (*notes, *self._untold(run.template.notes), *filter(None, (missing,))),
            lambda: executors[0].workers if executors else 1,
            wish(run.request.prune_on, run.request.prune_fit).name,
            run.request.retry,
            prunes=run.request.prune not in (None, "none"),
        )
        with run.interface.show(opening) as observer:
            if run.change is not None and run.change.is_settled:
                observer.edited(run.change.lines)
            folder = self._folder if run.request.folder is None else run.request.folder.resolve().parent
            executors.append(run.executor(plan, observer, self.models.objects, folder, cluster))
            self._search(run, executors[0], observer)
        return run.storage.study

    def _search(self, run: SearchRun, executor: SearchExecutor, observer: SearchObserver) -> None:
        """Run the trials; keep the results however the run ends."""
        made: list[Proposer] = []
        folder, storage = run.request.folder, run.storage
        if isinstance(storage, CachedStudy):
            storage.tell = observer.note

        def sampler(space: tuple[Dimension, ...]) -> Sampler:
            made.append(run.samplers.proposer(observer.note, space))
            return made[0].sampler

        try:
            search(
                run.study,
                executor,
                sampler=sampler,
                storage=storage,
                observer=observer,
                renewed=partial(run.renewed, observer),
                read=run.read,
                fixed=run.samplers.fixed,
                pruner=run.pruner(partial(observer.note, matters=run.request.prune not in (None, "none"))),
                models=self.models.best,
                limits=run.request.limits,
                retries_lost=RETRIES_LOST if run.request.retries_lost is None else run.request.retries_lost,
                folder=None if folder is None else folder.resolve() / TRIALS,
                spell=run.interface.spell,
                rerun_equal=run.request.rerun_equal,
                scratch=None if folder or run.request.in_process else self._folder / TRIALS,
            )
        except KeyboardInterrupt as interrupt:
            ran = storage.study.evaluations if storage.exists else 0
            hint = run.interface.resume_hint
            if not (hint and storage.exists and storage.study.best):
                interrupt.args = interrupt.args or (interrupted_early(ran),)
                raise
            observer.note(interrupted(ran, run.study.max_evals, hint))
        finally:
            if made and storage.exists:
                self._tell_expectation(storage.study, made[0], observer)
                self._keep(storage.study, made[0], executor)
                if self._documents is not None:
                    keep_origin(self._documents, run.samplers.origin(storage.study, made[0].space))

    @staticmethod
    def _tell_expectation(study: Study, proposer: Proposer, observer: SearchObserver) -> None:
        """Say what the sampler's model expects at the best point, if it has one."""
        asked = proposer.expectation if study.best is not None else None
        expected = None if asked is None else asked()
        if expected is not None:
            assert study.best is not None
            observer.note(expected.text(study.score, study.number_name(study.best.origin)))

    def _resumed(self, given: SearchRequest, spell: Spelling) -> tuple[SearchRequest, str]:
        """Complete the request with the options of the study in its folder; describe them in a text, too."""
        if given.folder is None:
            return given, ""
        kept = _study_before(given)
        if given.retry:
            for number in given.retry:
                check_retry(kept, number, str(given.folder))
        if kept is None:
            return given, ""
        arguments = self._names.arguments
        request, self._names, text = resumed(given, self._names, kept, spell)
        if not (given.retry or given.keep_trials or given.from_study):
            digest = self._compiled(self._names).program.digest
            if is_corrected(given, self._names, kept, digest):
                folder = plain(str(given.folder))
                note = f"no trial in {folder} succeeded, so this corrected search starts a new study"
                return replace(given, fresh=True), note
        check_arguments(kept, arguments, plain(str(given.folder)))
        return request, text

    def _under_labels_of(self, request: SearchRequest, template: Template) -> Template:
        """Return the template under the labels of the study that it resumes."""
        kept = _study_before(request)
        labels = labels_of(kept.study, template.program) if kept is not None else {}
        if labels:
            template = replace(template, program=with_labels(template.program, labels))
            self._template = self._names, template
        return template

    def _compiled(self, names: TemplateNames) -> Template:
        known, template = self._template or (None, None)
        if template is None or names != known:
            in_process = self._request.in_process
            template = self._source.template(names, lambda: self._folder, in_process=in_process)
            folder = self._request.folder
            if folder is not None:
                template = identified(template, None if self._request.fresh else _study_at(folder))
            self._template = names, template
        return template

    def _opened(self, request: SearchRequest, template: Template) -> MemoryStorage:
        """Open the storage of the study; an existing one is read."""
        program = template.program
        if request.folder is None:
            self.storage = self._with_copy(request, template)
            return self.storage
        check_room(request.folder, Path(program.source.path), fresh=request.fresh)
        self.storage = SqliteStorage(
            request.folder,
            render_program(program),
            self._options(request, template),
            source=template.source,
            fresh=request.fresh and self.study is None,
        )
        if request.from_study is not None and self.study is None:
            self._adopt(request, self.storage)
        return self.storage

    def _with_copy(self, request: SearchRequest, template: Template) -> MemoryStorage:
        """Return the storage of a study in memory, with a copy in the cache if there is one."""
        if self._cache is None or runs_elsewhere(self._documents):
            return MemoryStorage(self._earlier)
        program = template.program
        if self._copied_to is None or not self._copied_to.exists():
            self._copied_to = new_place(self._cache, Path(program.source.path).stem or program.source.name)

        def opened(place: Path) -> tuple[SqliteStorage, str, tuple[str, ...]]:
            known = identified(template, None)
            options = {
                **stored(request, self._names, place),
                **live_options(known, None),
                STATEMENTS: enclosing_statements(program),
            }
            text = render_program(program)
            copy = SqliteStorage(place, text, options, source=program.source, lasting=False)
            # In memory the trials count, whatever has become of their data.
            notes = check_data(copy, replace(request, keep_trials=True), program.source.path)
            return copy, known.program.digest, notes

        return CachedStudy(self._earlier, self._copied_to, opened)

    @staticmethod
    def _differing(run: SearchRun) -> tuple[str, ...]:
        """Return notes on values in memory that differ from those that the stored trials ran with."""
        if not isinstance(run.storage, SqliteStorage) or not run.storage.exists:
            return ()
        folder, keep = plain(str(run.request.folder)), run.request.keep_trials
        judged = run.change is not None
        return tuple(check_memory(run.template, run.storage.kept, folder, keep_trials=keep, judged=judged))

    def _with_hints(self, given: SearchRequest) -> tuple[SearchRequest, str]:
        """Return a request with the points of another study that it asks for, and a note on them."""
        if not given.as_hints or given.from_study is None:
            return given, ""
        kept, names = whole_study(given.from_study), self._names
        functions = (names.model, names.data)
        template = self._compiled(names)
        found = hints(
            Succession(kept, template.program, template.source, names.path, functions, bool(names.path)),
            _labels_set(replace(given, from_study=None, as_hints=False), template.program.space),
        )
        if not found:
            raise UsageError(
                f"{given.from_study}: no trial is complete and has values that are possible here",
                "from_study",
            )
        note = f"{counted(len(found), 'point')} of {given.from_study} run first"
        return replace(given, points=(*given.points, *found), from_study=None, as_hints=False), note

    @staticmethod
    def _adopt(request: SearchRequest, storage: SqliteStorage) -> None:
        """Begin a study with the trials of another one."""
        if storage.exists:
            text = (
                f"{request.folder} exists, and {{from_study}} begins a new study; leave it out to resume it"
            )
            raise UsageError(text, "from_study", ("folder", "fresh"))
        kept = _study_before(request)
        if kept is not None and request.from_study is not None:
            storage.adopt(kept, request.from_study)

    def _options(self, request: SearchRequest, template: Template) -> dict[str, Any]:
        """Return the options of a study in a folder as they are stored."""
        assert request.folder is not None
        kept = _study_before(request)
        return {
            **stored(request, self._names, request.folder, kept),
            **live_options(template, kept),
            STATEMENTS: enclosing_statements(template.program),
        }

    def _take_over(self, run: SearchRun) -> None:
        """Take over the trials and models of an existing study; reopen trials that are to run again."""
        if not isinstance(run.storage, SqliteStorage):
            return
        take_over = self.models.move_to(run.storage, run.request.keep_models or 1)
        if not run.storage.exists:
            return
        if run.storage.study.maximize is None and run.study.maximize is not None:
            run.storage.decide(run.study.maximize)
        if run.storage.is_adopted:
            run.storage.when_adopted = take_over
        else:
            take_over()
        if run.request.retry:
            run.plan(self._in_memory)  # a run that is not possible changes nothing
        running = {trial.number for trial in run.storage.running}  # whose retry was interrupted
        again = {*run.request.retry}
        again |= {trial.number for trial in run.storage.study.trials if trial.equal_to in again}
        for number in sorted(again - running):
            run.storage.reopen(number)

    def _run_distributed(self, run: SearchRun) -> Study:
        """Run the trials where the documents run them."""
        check_distributed(run.request, run.study, self._documents)
        check_values(run.template)
        options = replace(run.options(), checkpoint="last")  # no model comes back
        study = with_space(run.study, run.template, options)
        where = type(self._documents).__name__
        notes = [f"{counted(study.max_evals, 'trial')} run where {where} runs them"]
        if run.request.default_trial and run.template.program.space.states_defaults:
            notes.append(f"no trial is made for the defaults in the file: {where} has hyperopt propose all")
        opening = Opening(study, run.template.program, "", (), tuple(notes), lambda: 1)
        algorithm = run.samplers.algorithm
        made_by = run.samplers.origin(study, study.space)
        with run.interface.show(opening) as observer:
            for text in continued(self._documents, made_by):
                observer.note(text)
            keep_origin(self._documents, made_by)
            return run_distributed(run.template, options, study, algorithm, self._documents, observer)

    def _earlier(self, space: tuple[Dimension, ...]) -> tuple[Trial, ...]:
        """Return the trials before this run: the session's own, or those of the documents."""
        if self.study is not None:
            others = of_other_code(self._documents)
            return tuple(
                replace(trial, generation=-1) if self._tids.get(trial.number) in others else trial
                for trial in self.study.trials
            )
        self._tids = {number: document["tid"] for number, document in enumerate(ended(self._documents))}
        return read_trials(self._documents, space, of_other_code(self._documents))

    def _keep(self, study: Study, proposer: Proposer, executor: Executor) -> None:
        """Take over the results of a run."""
        documents = proposer.documents
        self.study = study
        returned = executor.returned if isinstance(executor, InlineExecutor) else {}
        if documents is not None:
            documents.close()
            documents.add_results(study.trials, returned, self._tids)
            self._tids |= documents.tids

    def _untold(self, notes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the notes at the first call, and none later."""
        told, self._told = self._told, True
        return () if told else notes

    @property
    def _in_memory(self) -> Any:
        """Documents that hold the trials of a study in memory; None for a study in a folder."""
        return self._documents if self._request.folder is None else None

    @cached_property
    def _folder(self) -> Path:
        """Folder for the files of worker processes; it is removed with the session."""
        folder = tempfile.mkdtemp(prefix=temporary_folders.prefix())
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)

    def _counts(self, trial: Trial) -> bool:
        return self.storage is not None and self.storage.study.counts(trial)


def _study_before(request: SearchRequest) -> Kept | None:
    """Return the study that a request resumes, or whose trials a new one begins with; None without one."""
    if request.from_study is not None:
        return None if request.as_hints else whole_study(request.from_study)
    return None if request.folder is None or request.fresh else _study_at(request.folder)


def _labels_set(request: SearchRequest, space: SearchSpace) -> set[str]:
    """Return the labels that the user has given one value, in this run or an earlier one of the study."""
    texts, own = request.fixed, _study_before(request)
    before = None if own is None else own.options.get("settings")
    if own is not None and isinstance(before, list):
        texts = joined_fixed(before, texts, own.study.space)
    labels = [parameter.label for parameter in space.parameters]
    return {label_of(text, labels) for text in texts}


def _record_machine(storage: MemoryStorage, headline: str) -> None:
    """Keep what a study runs on among its options: each plan's headline, in the order of the runs."""
    if isinstance(storage, KEEPING):
        before = storage.kept.options.get(MACHINES) if storage.exists else None
        known = map(str, before) if isinstance(before, list) else ()
        storage.options[MACHINES] = list(dict.fromkeys((*known, headline)))


def _tell_place(storage: MemoryStorage) -> None:
    """Let a study know where its template is now, where nothing else of the run is stored."""
    if isinstance(storage, SqliteStorage):
        before, now = place_of(storage.kept.options), place_of(storage.options)
        if now.get(WHOLE_PATH, before.get(WHOLE_PATH)) != before.get(WHOLE_PATH):
            storage.add_options(now)


def _study_at(folder: Path) -> Kept | None:
    """Read the study in a folder; None if there is none, or none that can be read."""
    try:
        return read_study(folder) if holds_study(folder) else None
    except UsageError:  # the storage raises it again, after its check for another search that runs there
        return None
