"""Several studies side by side: best trials, numbers of trials, time, search spaces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypertemplate.compiler.markers.call_text import range_text
from hypertemplate.compiler.markers.grammar import LOG_BOUNDED
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.results.search_costs import search_costs
from hypertemplate.search.service.data_record import other_data
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.units import elapsed_text, listed
from hypertemplate.views.curves.curve_charts import MARKS, Marks
from hypertemplate.views.data_notes import data_notes
from hypertemplate.views.objective_text import direction, objective_name, score_name
from hypertemplate.views.template_json import Json
from hypertemplate.views.text import columns, cut, indented, plain
from hypertemplate.views.trial_line import source_values
from hypertemplate.views.trial_table import finite

NONE = "-"

MOST = 200
"""Most characters of a distribution or a value."""


@dataclass(frozen=True, slots=True)
class NamedStudy:
    """Study to compare.

    Attributes:
        name: name that the user gave.
        kept: record of the study.
        held: whether a search runs on it.
    """

    name: str
    kept: Kept
    held: bool = False

    @property
    def study(self) -> Study:
        """The study."""
        return self.kept.study


def study_comparison(
    named: Sequence[NamedStudy], width: int | None = None, marks: Marks = MARKS
) -> list[str]:
    """Show studies side by side, a column each; the best of those that search one number is marked.

    Args:
        named: the studies, two or more.
        width: columns of the terminal; None: no wrapping.
        marks: characters of charts.
    """
    best = _best(named)
    heads = ("", *(plain(one.name) + (f" {marks.best}" if one in best else "") for one in named))
    facts: list[tuple[str, Callable[[NamedStudy], str]]] = [
        ("template", lambda one: plain(one.study.template)),
        ("searched", _searched),
        ("best", _best_text),
        ("trials", _trials),
        ("failed", lambda one: _count(one, TrialState.FAILED)),
        ("pruned", lambda one: _count(one, TrialState.PRUNED)),
        ("time of trials", lambda one: elapsed_text(search_costs(one.study).trials_s)),
        ("start to end", _span),
        ("algorithm", lambda one: one.study.algorithm),
        ("seed", lambda one: str(one.study.seed)),
    ]
    table = [heads, *((name, *map(text, named)) for name, text in facts)]
    for head, cells in (("space", _space), ("best values", _values)):
        found = [cells(one) for one in named]
        labels = dict.fromkeys(label for one in found for label in one)
        table += [("", *[""] * len(named)), (head, *[""] * len(named))]
        table += [(f"  {plain(label)}", *(one.get(label, NONE) for one in found)) for label in labels]
    lines = columns(table, width=width, flexible=range(len(named) + 1))
    data = [f"{plain(one.name)}: {note}" for one in named for note in data_notes(one.kept)]
    return [*lines, "", *indented([_verdict(named, best, marks), *data], width, "")]


def _aim(one: NamedStudy) -> tuple[str, str | None]:
    return objective_name(one.study), direction(one.study)


def _best(named: Sequence[NamedStudy]) -> list[NamedStudy]:
    """Return the studies with the best trial; none if they search different numbers, or no trial counts."""
    losses = {number: _winner_loss(one.study) for number, one in enumerate(named)}
    known = [loss for loss in losses.values() if loss is not None]
    if len({_aim(one) for one in named}) > 1 or not known:
        return []
    return [one for number, one in enumerate(named) if losses[number] == min(known)]


def _winner_loss(study: Study) -> float | None:
    """Return the loss of the best trial: the mean of its runs again, if these decided."""
    winner, confirmed = study.winner, study.confirmed
    if winner is None:
        return None
    return confirmed[0].mean if confirmed and confirmed[0].trial.number == winner.number else winner.loss


def _verdict(named: Sequence[NamedStudy], best: Sequence[NamedStudy], marks: Marks) -> str:
    aims = dict.fromkeys(" ".join(filter(None, (_aim(one)[1], _aim(one)[0]))) for one in named)
    if len(aims) > 1:
        return f"these studies {listed([*aims])}: their best trials cannot be compared"
    if not best:
        return "none of these studies has a best trial"
    names, verb = listed([plain(one.name) for one in best]), "have the same" if len(best) > 1 else "has the"
    text = f"{marks.best} {names} {verb} best {plain(objective_name(best[0].study))}"
    if len({one.study.confirmed != () for one in named}) > 1:
        found = [plain(one.name) for one in named if not one.study.confirmed]
        text += (
            f"; {listed(found)} {'was' if len(found) == 1 else 'were'} not confirmed: luck may be part of "
        )
        text += "the best number" if len(found) == 1 else "their best numbers"
    return text


def _searched(one: NamedStudy) -> str:
    return f"{plain(objective_name(one.study))}, {direction(one.study) or 'direction unknown'}"


def _best_text(one: NamedStudy) -> str:
    study, winner, loss = one.study, one.study.winner, _winner_loss(one.study)
    if winner is None or loss is None:
        return NONE
    again = " again" if loss != winner.loss else ""
    return f"{study.score(loss):.6g}{again} (trial {winner.number})"


def _trials(one: NamedStudy) -> str:
    text = f"{one.study.evaluations} of {one.study.max_evals}"
    if one.kept.running:
        text += f", {len(one.kept.running)} {'running' if one.held else 'waiting'}"
    return text + (f", {len(one.study.left_out)} left out" if one.study.left_out else "")


def _count(one: NamedStudy, state: TrialState) -> str:
    return str(sum(trial.state is state for trial in one.study.without_equal.trials))


def _span(one: NamedStudy) -> str:
    span = search_costs(one.study).span_s
    return NONE if span is None else elapsed_text(span)


def _space(one: NamedStudy) -> dict[str, str]:
    fixed = one.study.frozen
    return {
        d.label: cut(dimension_text(d), MOST) + (" (set)" if d.label in fixed else "")
        for d in one.study.space
    }


def _values(one: NamedStudy) -> dict[str, str]:
    """Return the values that the best trial has read."""
    winner = one.study.winner
    if winner is None:
        return {}
    return {
        label: cut(text, MOST)
        for label, text in source_values(one.study, winner.params, digits=6).items()
        if label not in winner.not_read
    }


def dimension_text(dimension: Dimension) -> str:
    """Return a distribution as people read it: ``1e-05 .. 0.1, log``, ``relu | elu``, ``normal(0, 1)``."""
    if dimension.options:
        return " | ".join(plain(option.text) for option in dimension.options)
    if dimension.distribution in LOG_BOUNDED:
        return range_text(dimension)
    numbers = dimension.numbers
    if "mu" in numbers or "low" not in numbers:
        return f"{dimension.distribution}({', '.join(f'{number:g}' for number in numbers.values())})"
    low, high = dimension.range
    step = f", step {numbers['q']:g}" if "q" in numbers else ""
    whole = ", whole" if dimension.integral and not step else ""
    return f"{low:g} .. {high:g}{step}{whole}"


def comparison_json(named: Sequence[NamedStudy]) -> Json:
    """Return the studies as JSON values, with the names of the best ones; best by the user's numbers."""
    return {"best": [one.name for one in _best(named)], "studies": finite([*map(_study_json, named)])}


def _study_json(one: NamedStudy) -> Json:
    study, costs = one.study, search_costs(one.study)
    winner, loss = study.winner, _winner_loss(study)
    return {
        "folder": one.name,
        "template": study.template,
        "objective": score_name(study) if winner is None else objective_name(study),
        "direction": direction(study),
        "best": None if loss is None else study.score(loss),
        "best_trial": None if winner is None else winner.number,
        "params": {} if winner is None else _read(study, winner),
        "trials": study.evaluations,
        "max_evals": study.max_evals,
        "running": len(one.kept.running) if one.held else 0,
        "failed": int(_count(one, TrialState.FAILED)),
        "pruned": int(_count(one, TrialState.PRUNED)),
        "trials_s": costs.trials_s,
        "span_s": costs.span_s,
        "algorithm": study.algorithm,
        "seed": study.seed,
        "space": _space(one),
        "other_data": {
            str(trial.number): [*names] for trial in study.trials if (names := other_data(one.kept, trial))
        },
    }


def _read(study: Study, trial: Trial) -> Json:
    values = study.json_values(trial.params)
    return {label: value for label, value in values.items() if label not in trial.not_read}
