"""A study as the lines of text that the command line prints; nothing here prints."""

from __future__ import annotations

import re

from hypertemplate.compiler.markers.drawn_values import decoded, represented
from hypertemplate.compiler.markers.search_space import Option, Params
from hypertemplate.report.text import columns, cut, hanging, plain, plain_lines
from hypertemplate.search.study import Study, Trial, TrialState
from hypertemplate.units import counted

VALUE_WIDTH = 24
"""Most characters of one value in a trial's line."""

BEST_WIDTH = 400
"""Most characters of one value of the best trial."""

NARROW = 64
"""Terminal width, in columns, below which the number columns narrow."""


def opening_line(study: Study, headline: str = "") -> str:
    """Describe the search: parameters, trials, algorithm, seed, frameworks.

    Args:
        study: the study of the search.
        headline: headline of the plan, already printed. Frameworks that it names, and that the program has
            loaded as planned, are not repeated.
    """
    free = len(study.space) - len(study.frozen)
    parameters = f"{free} of {len(study.space)} parameters" if study.frozen else counted(free, "parameter")
    trials = counted(study.max_evals, "trial")
    frameworks = framework_text(study.versions)
    if headline.endswith(f", {_to_two_places(frameworks)}"):
        frameworks = ""
    best = "highest" if study.maximize else "lowest"
    aim = f" for the {best} {plain(study.objective)}" if study.objective else ""
    what = f"searching {parameters} in {study.template}{aim}"
    return f"{what}: {trials}, {study.algorithm}, seed {study.seed}" + (
        f" ({frameworks})" if frameworks else ""
    )


def _to_two_places(text: str) -> str:
    """Shorten versions: ``Keras 3.15.1 on jax`` to ``Keras 3.15 on jax``."""
    return re.sub(r"(\d+\.\d+)[^\s,]*", r"\1", text)


def heading(study: Study, width: int | None = None) -> str:
    """Return the column heads for `trial_lines`; `width` as there."""
    head = _cells("trial", score_name(study), "best", "time", width)
    return head.rstrip() if _is_narrow(width) else f"{head}values"


def trial_lines(study: Study, trial: Trial, width: int | None = None) -> list[str]:
    """Format a trial as one line: number, loss, the best loss so far, seconds, values.

    A complete trial's line omits values that the trial never read.

    Args:
        study: the study with the trials that ended so far.
        trial: one of its trials.
        width: columns of the terminal, for further lines of values; None: one line of any length.
    """
    best = study.best
    so_far = "-" if best is None else result(study, best, "#.5g")
    seconds = "-" if trial.duration_s is None else f"{trial.duration_s:.1f}s"
    values = source_values(study, trial.params, digits=4)
    if trial.state is TrialState.COMPLETE:
        values = {label: text for label, text in values.items() if label not in trial.unused}
    return hanging(
        _cells(str(trial.number), result(study, trial, "#.5g"), so_far, seconds, width),
        [f"{plain(label)}={cut(short(text), VALUE_WIDTH)}" for label, text in values.items()],
        width,
    )


def result_columns(width: int | None) -> tuple[int, int]:
    """Return the columns of the loss in a trial's line: the first, and the one after the last."""
    return (6, 16) if _is_narrow(width) else (7, 17)


def _cells(number: str, loss: str, best: str, seconds: str, width: int | None) -> str:
    if _is_narrow(width):
        return f"{number:>5} {loss:>10} {best:>10} {seconds:>7}  "
    return f"{number:>5}  {loss:>10}  {best:>10}  {seconds:>7}  "


def short(text: str) -> str:
    """Shorten ``keras.optimizers.SGD(0.1)`` to ``SGD(0.1)``: the last name says the most."""
    return re.sub(r"^(?:[^\W\d]\w*\.)+(?=[^\W\d]\w*\()", "", text)


def _is_narrow(width: int | None) -> bool:
    return width is not None and width < NARROW


def result(study: Study, trial: Trial, form: str) -> str:
    """Format a trial's loss or score as a number, or its state in a word if it has none."""
    if trial.state is TrialState.COMPLETE and trial.loss is not None:
        return format(study.score(trial.loss), form)
    return trial.state.value.lower()


def failure_lines(trial: Trial, output: str = "", *, traceback: bool = True) -> list[str]:
    """List why a trial failed, its last lines of output and, if requested, its traceback."""
    lines = [plain(trial.error or "it gave no reason")]
    printed = plain_lines(output)
    if printed:
        lines += [f"the last that trial {trial.number} printed:", *(f"| {line}".rstrip() for line in printed)]
    if traceback:
        lines += plain_lines(trial.traceback)
    return lines


def stopped_text(failed: int) -> str:
    """Explain why a search ended after `failed` failures in a row."""
    if failed == 1:
        return "stopped: the other trials would fail for the same reason"
    return f"stopped: {failed} trials in a row failed"


def lost_trials(study: Study) -> str:
    """Count the trials without a loss by reason: ``2 failed, 1 pruned``; empty if all have one."""
    failed = sum(trial.state is TrialState.FAILED for trial in study.trials)
    pruned = sum(trial.state is TrialState.PRUNED for trial in study.trials)
    counts = ((failed, "failed"), (pruned, "pruned"))
    return ", ".join(f"{count} {what}" for count, what in counts if count)


def best_lines(study: Study) -> list[str]:
    """Format the best trial as in `value_lines`; no lines without a complete trial."""
    best = study.best
    if best is None:
        return []
    lost = lost_trials(study)
    trials = counted(len(study.trials), "trial") + (f" ({lost})" if lost else "")
    return value_lines(study, best, f"best of {trials}: trial {best.number}, ")


def value_lines(study: Study, trial: Trial, head: str) -> list[str]:
    """List a trial's result after `head`, its values as source text, and its metrics."""
    values = [
        (plain(label), cut(text, BEST_WIDTH), remark(trial, label))
        for label, text in source_values(study, trial.params).items()
    ]
    metrics = [(plain(name), f"{value:.6g}", "") for name, value in trial.metrics.items()]
    lines = columns([*values, *metrics], indent="  ")
    name = plain(study.objective) if study.objective else score_name(study)
    shown = [f"{head}{name} {result(study, trial, '.6g')}", *lines[: len(values)]]
    return [*shown, f"metrics of trial {trial.number}", *lines[len(values) :]] if metrics else shown


def remark(trial: Trial, label: str) -> str:
    """Return a remark on one value of a trial, or an empty text."""
    if label in trial.unused:
        return "(not used in this trial)"
    return "(set)" if label in trial.frozen else ""


def score_name(study: Study) -> str:
    """Name the user's number: score or loss."""
    return "score" if study.maximize else "loss"


def source_values(study: Study, params: Params, *, digits: int | None = None) -> dict[str, str]:
    """Map labels to values as source text, each on one line.

    A choice that took an inner distribution stands for both: the inner label is left out.

    Args:
        study: the study, which has the space.
        params: drawn values.
        digits: significant digits of a float; None for all.
    """
    merged = represented(study.space, params)
    return {
        label: _source(drawn, digits)
        for label, drawn in decoded(study.space, params).items()
        if label not in merged
    }


def _source(drawn: float | Option, digits: int | None) -> str:
    if isinstance(drawn, Option):
        return plain(drawn.text)
    return repr(drawn) if digits is None or isinstance(drawn, int) else f"{drawn:.{digits}g}"


def framework_text(versions: dict[str, str]) -> str:
    """Describe the loaded frameworks: ``Keras 3.15.1 on tensorflow``, else every name with its version."""
    others = {name: version for name, version in versions.items() if name not in ("keras", "backend")}
    if "keras" not in versions:
        return ", ".join(f"{plain(name)} {plain(version)}" for name, version in others.items())
    backend = versions.get("backend")
    return f"Keras {plain(versions['keras'])}" + (f" on {plain(backend)}" if backend else "")
