"""What the user asks of a search on the command line; kept with the study, so that it can go on."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypertemplate.accelerators.plan.plan import Accelerator, Wishes
from hypertemplate.cli.device_options import wishes_of
from hypertemplate.errors import UsageError
from hypertemplate.search.fixed_params import joined_settings
from hypertemplate.search.resume import same_file
from hypertemplate.search.samplers.enqueued import joined_points
from hypertemplate.search.storage.snapshot import Kept

FROM_STUDY, WHOLE_PATH = "template_from_study", "template_whole_path"
"""The options under which a study keeps where its template is: as seen from its folder, and at all."""


_COMPUTING = ("mixed_precision", "jit", "gpus_per_trial", "oom_loss")
"""What changes the losses of trials, or what the sampler learns of them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of ``run``, as they were given.

    Attributes:
        template: the path.
        max_evals: how many trials in all.
        algo: what proposes values.
        seed: the study's.
        study: the study's folder.
        model: the name of the model function.
        data: the name of the data function.
        maximize: whether more is better.
        objective: what the search goes by.
        settings: ``LABEL=VALUE`` of parameters with one value.
        points: JSON objects of points to try first.
        workers: a number, or ``auto``; None leaves it to the machine.
        accelerator: what to run on.
        per_gpu: how many trials on each GPU at once.
        gpus_per_trial: over how many GPUs each trial runs; None where it was not given, which is 1.
        mixed_precision: whether Keras computes in 16 bits; None where it was not given, which is no.
        jit: whether Keras compiles what it trains; like that.
        oom_loss: the loss that a trial without memory counts as.
        keep_models: how many of the best models are kept; None where it was not given, which is 1.
        trial_timeout: how long a trial may run.
        timeout: after how long no trial is started.
        stop_at: a loss that is good enough.
        patience: how many trials may find nothing better.
        max_failures: how many trials may fail in a row.
        memory_growth: how many bytes a worker's memory may grow.
    """

    template: str
    max_evals: int | None = None
    algo: str | None = None
    seed: int | None = None
    study: str | None = None
    model: str | None = None
    data: str | None = None
    maximize: bool = False
    objective: str | None = None
    settings: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    workers: str | None = None
    accelerator: Accelerator = "auto"
    per_gpu: int = 1
    gpus_per_trial: int | None = None
    mixed_precision: bool | None = None
    jit: bool | None = None
    oom_loss: float | None = None
    keep_models: int | None = None
    trial_timeout: str | None = None
    timeout: str | None = None
    stop_at: float | None = None
    patience: int | None = None
    max_failures: int | None = None
    memory_growth: int | None = None

    @property
    def wishes(self) -> Wishes:
        """What it is to run on.

        Raises:
            UsageError: `workers` is no number, and not ``auto``.
        """
        return wishes_of(
            accelerator=self.accelerator,
            workers=self.workers,
            per_gpu=self.per_gpu,
            gpus_per_trial=self.gpus_per_trial,
            mixed_precision=self.mixed_precision,
            jit=self.jit,
        )

    def as_options(self, folder: Path) -> dict[str, Any]:
        """JSON values, for the study in `folder`; with them where the template is."""
        options: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self)))
        place = os.path.realpath(self.template)
        return {
            **options,
            FROM_STUDY: os.path.relpath(place, os.path.realpath(folder)),
            WHOLE_PATH: place,
        }


def as_it_was(asked: Asked, kept: Kept) -> tuple[Asked, str]:
    """What is asked, with what it leaves out as it was when the study last ran, and a text of the latter.

    That is what makes the search what it is. What limits one run, and how it is run, is asked anew each time.

    Args:
        asked: the options of this run.
        kept: the study that goes on.
    """
    before: dict[str, Any] = dict(kept.options)
    names = ["objective", "keep_models", *_COMPUTING]
    if same_file(kept.study, asked.template):
        names += ["model", "data"]
    if ":" not in (asked.objective or ""):
        names.append("maximize")
    taken = {
        name: before[name]
        for name in names
        if _makes_a_difference(name, before.get(name)) and _left_out(name, getattr(asked, name))
    }
    settings = joined_settings(before.get("settings", ()), asked.settings, kept.study.space)
    points = joined_points(before.get("points", ()), asked.points)
    said = [
        f"--{name.replace('_', '-')}" + ("" if value is True else f" {value}")
        for name, value in taken.items()
    ]
    again = [text for text in settings if text not in asked.settings]
    said += [f"--set {text}" for text in again]
    text = ", ".join(said)
    if again:
        text += f"; --set {again[0].partition('=')[0]}= would search it again"
    text = f"as before: {text}" if text else ""
    return dataclasses.replace(asked, **taken, settings=settings, points=points), text


def _left_out(name: str, value: object) -> bool:
    """Whether an option was not given; ``--no-jit`` is given."""
    return value is None or (name == "maximize" and value is False)


def _makes_a_difference(name: str, value: object) -> bool:
    """Whether a search is another with this option than without it."""
    return value is not None and value is not False and (name, value) != ("gpus_per_trial", 1)


def asked_before(options: Mapping[str, object], folder: str) -> Asked:
    """What `Asked.as_options` was called on, of the study in `folder`, with the template where it is now.

    Raises:
        UsageError: it is not there, or the template is not.
    """
    names = {field.name for field in dataclasses.fields(Asked)}
    known: dict[str, Any] = {name: value for name, value in options.items() if name in names}
    if "template" not in known:
        raise UsageError(f"{folder}: this study does not say how it was run")
    for name in ("settings", "points"):
        known[name] = tuple(known.get(name, ()))
    return Asked(**{**known, "template": _template(options, folder)})


def _template(options: Mapping[str, object], folder: str) -> str:
    """The path of a study's template; of one that has moved with the study the new one."""
    typed, from_study, whole = (options.get(name) for name in ("template", FROM_STUDY, WHOLE_PATH))
    if not isinstance(from_study, str) or not isinstance(whole, str):
        return str(typed)
    found = next((p for p in (Path(os.path.realpath(folder), from_study), Path(whole)) if p.exists()), None)
    if found is None:
        raise UsageError(
            f"{folder}: the template of this study is not there any more: {whole}; put it back there, or in "
            "the place that it had beside the study"
        )
    place = os.path.realpath(found)
    return str(typed) if os.path.realpath(str(typed)) == place else _from_here(place)


def _from_here(place: str) -> str:
    """A path as seen from the working folder, where it is below that."""
    below = Path(place).is_relative_to(Path.cwd())
    return os.path.relpath(place) if below else place
