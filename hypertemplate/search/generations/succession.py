"""Succession of one version of a template by the next, in a study: which trials count under the new code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hypertemplate.compiler.edits.changes import Edits
from hypertemplate.compiler.edits.source_edits import Left, edits_between
from hypertemplate.compiler.live_module import Memory
from hypertemplate.compiler.markers.resolve import resolve_literal
from hypertemplate.compiler.markers.search_space import Dimension, Params
from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import CompileError, UsageError
from hypertemplate.search.fixed_params import option_number
from hypertemplate.search.generations.edit_lines import MOST
from hypertemplate.search.generations.generation import Generation
from hypertemplate.search.generations.judgement import Judgement, judged
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Drawn, Trial, TrialState
from hypertemplate.units import counted

NOT_ENDED = "it had not ended when the code changed, and its values are no longer possible"


@dataclass(frozen=True)
class Succession:
    """Present version of a template, after those that a study ran.

    Attributes:
        kept: record of the study, as its earlier code left it.
        program: present program.
        source: its source, with the modules beside it.
        template: name of the present template.
        names: names of the model and data functions that the user gave.
        comparable: whether sources tell all of the code; else values that no text makes come from memory.
        keep_trials: whether trials count although they reach code that has changed.
        retry: numbers of failed trials that are to run again.
        memory: values in memory, if they complete both sources.
        left: values in memory that the last trials have seen too, if both versions are live code.
        from_file: whether both versions are files.
        new: whether a new study begins with the trials, which are those of another one.
    """

    kept: Kept
    program: Program
    source: Source
    template: str
    names: tuple[str | None, str | None] = (None, None)
    comparable: bool = True
    keep_trials: bool = False
    retry: tuple[int, ...] = ()
    memory: Memory | None = None
    left: Left | None = None
    from_file: bool = False
    new: bool = False

    @cached_property
    def edits(self) -> Edits | None:
        """Differences from the last version; None if the two cannot be compared."""
        return self._edits_since(self.kept.generations[-1])

    @property
    def is_change(self) -> bool:
        """True if trials may tell the present version from the last one."""
        if self.kept.study.digest != self.program.digest:
            return True
        return self.has_other_text and self.edits is not None and bool(self.edits.changed)

    @property
    def has_other_text(self) -> bool:
        """True if any text has changed; even a comment may say when code runs."""
        before = self.kept.generations[-1].source
        if before is None:
            return False
        # Code in memory, of another frontend and with more cells has other text around the same statements.
        same_parts = self.from_file and _kinds(before) == _kinds(self.source)
        return before.beside != self.source.beside or (same_parts and _texts(before) != _texts(self.source))

    @property
    def other_files(self) -> dict[str, str]:
        """Digests of the files that the study imported and that are not compared as text."""
        compared = [f"/{part.path.lstrip('/')}" for part in (*self.source.parts, *self.source.beside)]
        return {
            path: digest
            for path, digest in self.kept.study.files.items()
            if not any(one.endswith(f"/{path}") for one in compared)
        }

    @property
    def renamed(self) -> dict[str, str]:
        """Present labels of the draws that the study had, as far as they have one."""
        if self.edits is None:
            return {dimension.label: dimension.label for dimension in self.kept.study.space}
        return {pair.before: pair.after for pair in self.edits.markers}

    def named(self, label: str, value: Any) -> tuple[str, Any]:
        """Return the present label and value for what the user gave before; an option's number may differ."""
        pairs = self.edits.markers if self.edits is not None else ()
        pair = next((one for one in pairs if one.before == label), None)
        if pair is None:
            return label, value
        number = option_number(value) if isinstance(value, str) else None
        if number is not None and pair.options is not None:
            value = f"#{dict(pair.options).get(number, '')}"
        return pair.after, value

    @property
    def literal_space(self) -> tuple[Dimension, ...] | None:
        """Present space if the template alone tells it; None if only a worker knows it."""
        found = [resolve_literal(parameter) for parameter in self.program.space.parameters]
        known = tuple(dimension for dimension in found if dimension is not None)
        return known if len(known) == len(found) else None

    def under(self, space: tuple[Dimension, ...]) -> tuple[Kept, tuple[str, ...]]:
        """Return the record of the study under the present code, and lines for people on its trials.

        Args:
            space: present space.

        Raises:
            UsageError: no trial with a result would count, or one to retry has values that are not possible.
        """
        study, last = self.kept.study, self.kept.generations[-1]
        verdict = self._judged(study.trials, space)
        back = self._back(verdict.left_out, space)
        if back:  # the lines are on the others
            verdict = self._judged([trial for trial in study.trials if trial.number not in back], space)
        ended = [back.get(trial.number) or self._after(trial, verdict) for trial in study.trials]
        ended, followed = _with_originals([*ended, *self._returned(study.left_out, space)])
        pending = [self._pending(trial, space) for trial in self.kept.running]
        had = {trial.number for trial in study.trials}
        returned = [trial for trial in ended if trial.number not in had]
        lines = (
            *_ran_before(len(back), len(study.trials)),
            *verdict.lines,
            *_unpaired(verdict),
            *followed,
            *self._kept_lines(),
            *_others(returned, pending),
        )
        if _results(study.trials) and not _results(ended):
            raise self._nothing_left(lines, space)
        number = last.number + self.is_change
        ended = [self._again(trial, space) for trial in ended]
        lines = (*lines, *_total(ended))
        ended += [trial for trial in pending if trial.left_out]
        study = replace(
            study,
            digest=self.program.digest,
            space=space,
            trials=_in_order(trial for trial in ended if not trial.left_out),
            left_out=_in_order(trial for trial in ended if trial.left_out),
            generation=number,
            files=self.other_files,
        )
        running = tuple(replace(trial, generation=number) for trial in pending if not trial.left_out)
        return replace(self.kept, study=study, running=running), tuple(self._told(lines))

    def _edits_since(self, code: Generation) -> Edits | None:
        if code.source is None or not self.comparable:
            return None
        model, data = self.names
        left = self.left if code is self.kept.generations[-1] else None
        labels = tuple(dimension.label for dimension in code.space)
        try:
            return edits_between(
                code.source,
                self.source,
                model=model,
                data=data,
                memory=self.memory,
                left=left,
                begun_with=labels,
            )
        except CompileError:  # by the rules of this version of the compiler
            return None

    def _judged(self, trials: Sequence[Trial], space: tuple[Dimension, ...]) -> Judgement:
        """Judge trials that count under the last version."""
        return self._verdict(trials, self.kept.generations[-1], self.edits, space)

    def _verdict(
        self,
        trials: Sequence[Trial],
        code: Generation,
        edits: Edits | None,
        space: tuple[Dimension, ...],
        *,
        retried: bool = False,
    ) -> Judgement:
        """Judge trials that have their parameters under the space of an earlier generation."""
        if edits is None:  # the space is the same: `study_definition` asks for that
            return Judgement({trial.number: trial.params for trial in trials}, {})
        edits = replace(edits, changed=()) if self.keep_trials else edits
        return judged(trials, edits, code.space, space, retried=retried)

    def _after(self, trial: Trial, verdict: Judgement) -> Trial:
        """Return a trial that counted, as the present code sees it."""
        if trial.number in verdict.kept:
            return self._counting(trial, verdict.kept[trial.number], self.renamed)
        return replace(trial.under(trial.ran or trial.drawn), left_out=verdict.left_out[trial.number])

    def _back(self, gone: Mapping[int, str], space: tuple[Dimension, ...]) -> dict[int, Trial]:
        """Return, by number, the trials that count since they ran code like the present one.

        They counted under the last version as well, where the user wanted them to, whatever they ran.

        Args:
            gone: reasons of those that the last version leaves out.
            space: present space.
        """
        study, last = self.kept.study, self.kept.generations[-1]
        old = [
            replace(trial.under(trial.ran or trial.drawn), left_out=gone[trial.number])
            for trial in study.trials
            if trial.number in gone and trial.generation != last.number
        ]
        return {trial.number: trial for trial in self._returned(old, space) if not trial.left_out}

    def _returned(self, left_out: Sequence[Trial], space: tuple[Dimension, ...]) -> Iterator[Trial]:
        """Yield trials that are left out; those of a version that is like the present one count again."""
        for code in self.kept.generations:
            own = [trial for trial in left_out if trial.generation == code.number]
            edits = self._edits_since(code) if own else None
            verdict = Judgement({}, {}) if edits is None else self._verdict(own, code, edits, space)
            labels = {pair.before: pair.after for pair in edits.markers} if edits else {}
            for trial in own:
                params = verdict.kept.get(trial.number) if trial.left_out != NOT_ENDED else None
                yield trial if params is None else self._counting(trial, params, labels)

    @staticmethod
    def _counting(trial: Trial, params: Params, labels: dict[str, str]) -> Trial:
        """Return a trial that counts with its parameters in the present space."""
        unused, frozen, *of_runs = (
            tuple(labels[label] for label in one if label in labels)
            for one in (trial.unused, trial.frozen, *(run.unused for run in trial.runs))
        )
        runs = tuple(replace(run, unused=own) for run, own in zip(trial.runs, of_runs, strict=True))
        return replace(trial.under(Drawn(params, unused, frozen)), left_out="", runs=runs)

    def _possible(self, trial: Trial, space: tuple[Dimension, ...]) -> Trial | None:
        """Return a trial with its values in the present space, whatever code it reaches; None without any."""
        edits = None if self.edits is None else replace(self.edits, changed=())
        retried = trial.state is TrialState.FAILED
        verdict = self._verdict([trial], self.kept.generations[-1], edits, space, retried=retried)
        params = verdict.kept.get(trial.number)
        return None if params is None else self._counting(trial, params, self.renamed)

    def _again(self, trial: Trial, space: tuple[Dimension, ...]) -> Trial:
        """Return an ended trial; one to retry counts until it runs again, whatever code it reaches."""
        if trial.number not in self.retry or not trial.left_out:
            return trial
        had = [one for one in self.kept.study.trials if one.number == trial.number]
        possible = self._possible(had[0], space) if had else None
        if possible is None:
            raise UsageError(f"trial {trial.number} cannot run again: {trial.left_out}")
        return possible

    def _pending(self, trial: Trial, space: tuple[Dimension, ...]) -> Trial:
        """Return a trial that has not ended: it runs the present code if its values are possible."""
        possible = self._possible(trial, space)
        if possible is None:
            return replace(
                trial, state=TrialState.FAILED, left_out=NOT_ENDED, error=NOT_ENDED, failure="interrupted"
            )
        verdict = self._verdict([trial], self.kept.generations[-1], self.edits, space)
        if trial.number in verdict.kept:
            return replace(possible, ran=None)
        return replace(possible, curves=(), runs=(), ran=None)  # it begins anew, with the present code

    def _told(self, lines: Sequence[str]) -> Iterator[str]:
        """Yield the lines below a head; nothing of a study without trials."""
        trials = self.kept.study.trials
        last = max((trial.number for trial in (*trials, *self.kept.study.left_out)), default=None)
        if last is not None:
            verb = "changed" if self.is_change else "is unchanged"
            all_count = (
                ""
                if lines
                else f" {counted(len(trials), 'trial')} {'counts' if len(trials) == 1 else 'count'}"
            )
            yield f"{self.template} {verb} since trial {last}:{all_count}"
            yield from lines

    def _kept_lines(self) -> Iterator[str]:
        """Yield lines on code that has changed, where trials that reach it count."""
        changed = self.edits.changed if self.keep_trials and self.edits is not None else ()
        yield from (f"  {one.what}: trials that reach it count all the same" for one in changed[:MOST])
        if changed[MOST:]:
            yield f"  and {counted(len(changed) - MOST, 'more change')}"

    def _nothing_left(self, lines: Sequence[str], space: tuple[Dimension, ...]) -> UsageError:
        trials = self.kept.study.trials
        count = len(trials)
        ways, mentioned = [], ["keep_trials"]
        is_possible = any(self._possible(trial, space) for trial in trials if trial.loss is not None)
        if is_possible and not self.keep_trials:
            ways.append("{keep_trials} keeps those whose values are still possible")
        if is_possible and self.new:
            ways.append("{as_hints} takes only their points, and runs them first")
            mentioned.append("as_hints")
        elif self.new:
            ways.append("no trial has values that are possible here: leave {from_study} out")
            mentioned.append("from_study")
        elif not self.retry:
            ways.append("{fresh} moves the study aside and starts a new one")
            mentioned.append("fresh")
        none = f"none of {count} trials would count" if count > 1 else "the one trial would not count"
        text = f"{self.template} changed, and {none} any more"
        if self.new:
            text = f"{self.template} is not the code that the trials ran, and {none} here"
        last = f"  {'; '.join(ways)}" if ways else ""
        return UsageError("\n".join(filter(None, [text, *lines, last])), mentioned[0], tuple(mentioned[1:]))


def _kinds(source: Source) -> list[tuple[str, str, int | None]]:
    return [(part.kind, part.module, part.cell) for part in source.parts]


def _texts(source: Source) -> list[str]:
    return [part.text for part in source.parts]


def _results(trials: Iterable[Trial]) -> bool:
    """Tell whether a trial that counts has a result."""
    return any(trial.loss is not None for trial in trials if not trial.left_out)


def _unpaired(verdict: Judgement) -> Iterator[str]:
    """Yield lines on trials that are left out for a label that only one version has: no edit tells of it."""
    for reason, count in Counter(verdict.left_out.values()).items():
        if reason.startswith("'"):
            yield f"  {reason}: {counted(count, 'trial')} {'is' if count == 1 else 'are'} left out"


def _ran_before(count: int, of: int) -> Iterator[str]:
    """Yield a line on trials that ran code like the present one, before the last version; others follow."""
    if count:
        trials, verb = counted(count, "trial"), "counts" if count == 1 else "count"
        left = of - count
        others = f"; of the other {left if left > 1 else 'one'}:" if left else ""
        yield f"  {trials} ran code like this one before, and {verb}{others}"


def _total(ended: Sequence[Trial]) -> Iterator[str]:
    """Yield the number of trials that count, where some do not."""
    count = sum(not trial.left_out for trial in ended)
    if count < len(ended):
        verb = "counts" if count == 1 else "count"
        yield f"  in all, {count} of {counted(len(ended), 'trial')} {verb}; the others stay in the study"


def _others(returned: Sequence[Trial], pending: Sequence[Trial]) -> Iterator[str]:
    """Yield lines on trials that did not count before, or had not ended."""
    again = sum(not trial.left_out for trial in returned)
    if again:
        verb = "counts" if again == 1 else "count"
        yield f"  {counted(again, 'trial')} that {'was' if again == 1 else 'were'} left out {verb} again"
    for trial in pending:
        if trial.left_out:
            yield f"  trial {trial.number} is left out: {trial.left_out}"


def _with_originals(ended: Sequence[Trial]) -> tuple[list[Trial], tuple[str, ...]]:
    """Leave out the trials that others answered which are left out; return all, and a line on these."""
    left_out = {trial.number for trial in ended if trial.left_out}
    found = [
        replace(
            trial.under(trial.ran or trial.drawn),
            left_out=f"trial {trial.equal_to}, which it is equal to, is left out",
        )
        if trial.equal_to in left_out and not trial.left_out
        else trial
        for trial in ended
    ]
    count = sum(bool(trial.left_out) for trial in found) - len(left_out)
    if not count:
        return found, ()
    trials, one = counted(count, "trial"), count == 1
    verb, others = ("is", "the one that it is") if one else ("are", "those that they are")
    return found, (f"  {trials} {verb} left out with {others} equal to",)


def _in_order(trials: Iterable[Trial]) -> tuple[Trial, ...]:
    return tuple(sorted(trials, key=lambda trial: trial.number))
