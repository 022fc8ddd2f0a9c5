"""Metric of a fit that is shown of a trial."""

from __future__ import annotations

from collections.abc import Iterable

from hypertemplate.search.pruners.watched_metric import DEFAULT, Watched, Wish, watched_metric
from hypertemplate.search.study import Curve, Study


def preferred_metrics(study: Study, wished: str | None = None) -> tuple[str, ...]:
    """Return the metrics that say how good a trial of a study is, those that say it best first.

    Args:
        study: study with the trials that have ended.
        wished: metric that the user has named.
    """
    found = watched_metric(study, Wish())
    watched = found.name if isinstance(found, Watched) else None
    return tuple(dict.fromkeys(name for name in (wished, study.objective, watched, DEFAULT, "loss") if name))


def shown_metric(curves: Iterable[Curve], preferred: Iterable[str]) -> str | None:
    """Return the first of these metrics that the curves have, else one that they have; None without any."""
    names = reported_metrics(curves)
    return next((name for name in preferred if name in names), next(iter(names), None))


def reported_metrics(curves: Iterable[Curve]) -> tuple[str, ...]:
    """Return the names of all metrics of the curves, in the order in which they were reported first."""
    return tuple(
        dict.fromkeys(name for curve in curves for report in curve.reports for name in report.metrics)
    )


def expected_reports(curve: Curve, count: int) -> int:
    """Return how many values of a metric a fit will have reported at its end; it has `count` now."""
    ran = curve.reports[-1].epoch - curve.reports[0].epoch + 1
    return round(count * (curve.epochs or 0) / ran)


def reported_values(curve: Curve, name: str) -> list[float]:
    """Return the values of a metric in the reports that have it."""
    return [report.metrics[name] for report in curve.reports if name in report.metrics]
