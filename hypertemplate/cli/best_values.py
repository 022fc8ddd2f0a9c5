"""Best trial of a study as the options of a command that runs it again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from hypertemplate.errors import UsageError
from hypertemplate.search.fixed_params import joined_fixed
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.storage.sqlite.reader import read_study
from hypertemplate.search.storage.study_place import existing_study
from hypertemplate.search.stored_options import last_request
from hypertemplate.search.study import Study, Trial


@dataclass(frozen=True, slots=True)
class BestAgain:
    """Options that run the best trial of a study again.

    Attributes:
        settings: values as ``LABEL=VALUE``.
        objective: objective of the study as its user wrote it, or None.
        maximize: whether its user asked for the highest result.
        seed: seed of the study.
        origin: words for the trial.
        loss: loss of the trial.
        losses: lowest and highest loss of all its runs, also of those that confirmed it.
    """

    settings: tuple[str, ...]
    objective: str | None
    maximize: bool
    seed: int
    origin: str
    loss: float
    losses: tuple[float, float]


def best_again(
    folder: Path, names: TemplateNames, settings: tuple[str, ...]
) -> tuple[TemplateNames, BestAgain]:
    """Return the names of the functions, and the options, that run the best trial of a study again.

    Args:
        folder: folder of the study.
        names: names that the user gave; those of the study complete them.
        settings: values that the user set, which come before those of the trial.

    Raises:
        UsageError: there is no study, or none of its trials has succeeded.
    """
    folder = existing_study(folder)
    kept = read_study(folder)
    best = kept.study.winner
    if best is None or best.loss is None:
        raise UsageError(f"{folder}: no trial has succeeded yet")
    before, names_before = last_request(kept.options, folder)
    names = replace(
        names,
        model=names.model or names_before.model,
        data=names.data or names_before.data,
        arguments=names.arguments or names_before.arguments,
        suggested=names.suggested or names_before.suggested,
    )
    again = joined_fixed(_settings(kept.study, best), settings, kept.study.space)
    origin = f"trial {best.number} of {folder}"
    confirmed = (one.losses for one in kept.study.confirmed if one.trial.number == best.number)
    losses = [best.loss, *(best.losses if best.runs else ()), *next(confirmed, ())]
    return names, BestAgain(
        again,
        before.objective,
        before.maximize,
        kept.study.seed,
        origin,
        best.loss,
        (min(losses), max(losses)),
    )


def _settings(study: Study, trial: Trial) -> tuple[str, ...]:
    choices = {dimension.label for dimension in study.space if dimension.options}
    return tuple(
        f"{label}=#{int(value)}" if label in choices else f"{label}={value!r}"
        for label, value in trial.params.items()
    )
