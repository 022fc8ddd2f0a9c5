"""Values of a study's trials written back into its template, and run once more, for the user's own code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hypertemplate.api.options import as_argument
from hypertemplate.api.prepared import Prepared, from_functions, from_names
from hypertemplate.api.tuned_trial import TunedTrial
from hypertemplate.compiler.analysis import analyse
from hypertemplate.compiler.dataflow.module import build_module
from hypertemplate.compiler.diagnostics.edit import Edit, edited
from hypertemplate.compiler.syntax.tree import Tree, parse
from hypertemplate.compiler.tuned_source.changed_epochs import changed_epochs
from hypertemplate.errors import HypertemplateError, UsageError, respelled
from hypertemplate.frontend.edited_files import edited_texts, places_as_written
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.storage.lock import is_held
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import TrialState
from hypertemplate.tuned_files.chosen_trial import ChosenTrial, chosen_trial
from hypertemplate.tuned_files.fresh_run import fresh_run
from hypertemplate.tuned_files.present_values import present_values
from hypertemplate.tuned_files.replaced_files import check_places, replace_files, write_copy
from hypertemplate.tuned_files.tuned_template import TunedTemplate, tuned_template
from hypertemplate.units import counted, listed
from hypertemplate.views.displays.once_more import RAN_AS, OnceMore

_ONCE: dict[str, Any] = {
    "max_evals": 1,
    "algorithm": "random",
    "fixed": (),
    "default_trial": False,
    "workers": None,
    "per_gpu": 1,
    "gpus_per_trial": None,
    "prune": None,
    "prune_on": None,
    "prune_fit": None,
    "count_pruned": None,
    "repeats": None,
    "stop_at": None,
    "patience": None,
    "folder": None,
    "fresh": False,
    "strict": False,
    "from_study": None,
    "as_hints": False,
    "keep_trials": False,
    "retry": (),
}
"""Options of a search that a single further trial does without."""


class SourceText(str):
    """Text of code, which an interactive session shows as it is, to be pasted."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class StudyCode:
    """Code of a study, and the ways to run it again.

    Attributes:
        shown: the study, for messages.
        kept: returns its record.
        prepared: returns its template as it is now.
        request: returns the options that it ran with.
        run: runs a template once more, and returns the study of that.
        folder: its folder; None for a study in memory.
        verbose: whether a further run is told of.
        once: trial of another study that this one has run once more; None for a search.
    """

    shown: str
    kept: Callable[[], Kept]
    prepared: Callable[[], Prepared]
    request: Callable[[], SearchRequest]
    run: Callable[[Prepared, SearchRequest, OnceMore], Any]
    folder: Path | None = None
    verbose: bool = True
    once: OnceMore | None = None

    def chosen(self, trial: int | TunedTrial | None) -> ChosenTrial:
        """Return the best trial, or another one.

        Raises:
            UsageError: there is no such trial, or it has no result.
        """
        number = trial.number if isinstance(trial, TunedTrial) else trial
        if number is not None and (isinstance(number, bool) or not isinstance(number, int)):
            raise UsageError(f"trial is the number of a trial, such as 0, got {number!r}")
        chosen = chosen_trial(self.kept(), number, self.shown)
        return chosen if self.once is None else replace(chosen, ran_as=RAN_AS)


def applied(
    code: StudyCode,
    trial: int | TunedTrial | None,
    *,
    write: bool,
    plain: bool,
    output: str | None,
    check: bool,
) -> SourceText:
    """Return what changes in a template with the values of a trial, and write it if that is asked for.

    Arguments as in `hypertemplate.Study.apply`.
    """
    prepared = code.prepared()
    wished = {"write=True": write, "check=True": check, f"output={output!r}": output is not None}
    refused = [word for word, is_given in wished.items() if is_given]
    if refused and not prepared.path:
        raise UsageError(
            f"the code of this study is in memory, so there is no file for {listed(refused)}: study.apply() "
            "shows what changes, and study.source() is the text with the values in place, to be pasted"
        )
    if write and code.folder is not None and is_held(code.folder):
        raise UsageError(f"{code.shown}: a search is running there, so write=True has to wait until it ends")
    chosen = code.chosen(trial)
    tuned = _tuned(prepared, chosen, plain=plain)
    check_places(tuned, output, write=write)
    _tell(tuned.notes)
    if check:
        _check(tuned, code.request())
    if output is not None:
        write_copy(tuned, output)
    if write and tuned.texts:
        replace_files(tuned, lambda: from_names(prepared.names).read.source)
    return SourceText("\n".join(tuned.diff(output or "")))


def source_text(code: StudyCode, trial: int | TunedTrial | None, *, plain: bool) -> SourceText:
    """Return a template's text with the values of a trial; of memory or cells, the parts that have some."""
    prepared = code.prepared()
    tuned = _tuned(prepared, code.chosen(trial), plain=plain)
    _tell(tuned.notes)
    own = [n for n, part in enumerate(tuned.before.parts) if not part.path]
    if len(own) == 1 and prepared.path:
        part = tuned.before.parts[own[0]]
        return SourceText(tuned.texts.get(own[0], part.original or part.text))
    return SourceText("\n\n".join(text.strip("\r\n") for text in tuned.texts.values()))


def _tuned(prepared: Prepared, chosen: ChosenTrial, *, plain: bool) -> TunedTemplate:
    return tuned_template(prepared.read.source, prepared.names, chosen, plain=plain, memory=prepared.memory)


def _check(tuned: TunedTemplate, request: SearchRequest) -> None:
    run = fresh_run(tuned, request, lambda text: _tell((text,)))
    if run.trial.state is not TrialState.COMPLETE:
        raise HypertemplateError(f"the fresh run failed, so nothing is written: {run.trial.error}")
    sys.stderr.write(f"{run.verdict}\n")


def _tell(notes: tuple[str, ...]) -> None:
    sys.stderr.writelines(f"note: {respelled(note, as_argument)}\n" for note in notes)


def check_epochs(epochs: object) -> None:
    """Reject what is not a number of epochs.

    Raises:
        UsageError: it is not.
    """
    if epochs is not None and (isinstance(epochs, bool) or not isinstance(epochs, int) or epochs < 1):
        raise UsageError(f"epochs is a number of at least 1, got {epochs!r}")


def retrained(
    code: StudyCode, trial: int | TunedTrial | None, epochs: int | None, data: Callable[..., Any] | str | None
) -> Any:
    """Run the values of a trial once more; arguments as in `hypertemplate.Study.retrain`."""
    check_epochs(epochs)
    chosen = code.chosen(trial)
    own = code.prepared()
    prepared = _with_data(own, data)
    source = prepared.source
    analysis = analyse(source, prepared.model, prepared.data, prepared.memory)
    present = present_values(source, analysis, prepared.names, chosen, prepared.memory, own.names.data)
    _tell(present.notes)
    drawn = {
        label: f"#{int(value)}" if present.values.dimensions[label].options else value
        for label, value in present.values.params.items()
    }
    study = chosen.study
    request = replace(code.request(), **_ONCE, points=(json.dumps(drawn),), seed=study.seed)
    once = OnceMore(
        chosen.trial.number,
        None if chosen.trial.loss is None else study.score(chosen.trial.loss),
        _changed(epochs, data),
    )
    return code.run(prepared if epochs is None else _with_epochs(prepared, epochs), request, once)


def _changed(epochs: int | None, data: Callable[..., Any] | str | None) -> str:
    """Say what a further run changes: ``for 50 epochs, with the data of more()``."""
    name = data if isinstance(data, str) else getattr(data, "__name__", "another function")
    return ", ".join(
        filter(
            None,
            (
                "" if epochs is None else f"for {counted(epochs, 'epoch')}",
                "" if data is None else f"with the data of {name}()",
            ),
        )
    )


def _with_data(prepared: Prepared, data: Callable[..., Any] | str | None) -> Prepared:
    """Return a template with another data function.

    Raises:
        UsageError: it is named where a function is meant, or the other way round.
    """
    if data is None:
        return prepared
    if prepared.path:
        if not isinstance(data, str):
            name = getattr(data, "__name__", "NAME")
            raise UsageError(
                f"the template is a file, so data is the name of its function: write data={name!r}"
            )
        return from_names(replace(prepared.names, data=data))
    if isinstance(data, str):
        raise UsageError(f"the template is a function, so data is one too: write data={data}, without quotes")
    model = next((one for one in prepared.given if one.__name__ == prepared.model), None)
    if model is None:
        raise UsageError("the code of this study is flat, so it has no data function")
    return from_functions(model, data)


def _with_epochs(prepared: Prepared, epochs: int) -> Prepared:
    """Return a template whose fits run for another number of epochs.

    Raises:
        UsageError: the template does not name one.
    """
    source = prepared.read.source
    trees, _ = parse(source)
    edits = changed_epochs(trees, epochs)
    if not edits:
        text = f"no call in {source.name} has epochs=..., so epochs={epochs} changes nothing"
        raise UsageError(f"{text}: name the number there")
    placed = places_as_written(source, edits)
    written = edited_texts(source, placed or ())
    parts = list(source.parts)
    for number in {edit.span.part for edit in edits}:
        part = parts[number]
        text = edited(part.text, [edit for edit in edits if edit.span.part == number])
        parts[number] = replace(part, text=text, original=written.get(number, "") if part.original else "")
    memory = prepared.memory
    if memory is not None:
        anew = {name for tree in trees for name in _defined_around(tree, edits)}
        memory = replace(memory, names=memory.names - anew)
    read = replace(prepared.read, source=replace(source, parts=tuple(parts)))
    return replace(prepared, read=read, memory=memory)


def _defined_around(tree: Tree, edits: Iterable[Edit]) -> set[str]:
    """Return the names that statements with edits bind: what memory has of them is the earlier code."""
    statements = build_module((tree,)).statements
    return {
        name for one in statements for edit in edits if edit.span.inside(one.span) for name in one.names.binds
    }
