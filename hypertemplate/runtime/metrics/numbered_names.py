"""Names that Keras numbers: ``auc_2`` for the third metric of a class, less what made earlier networks.

Keras names a metric without a name after its class, and counts such names until its session is cleared. A
network that is compiled again therefore reports ``auc_1`` where the first one reported ``auc``. Here each
network has metrics of a class numbered as if it were the only one: ``auc``, and ``auc_1`` for a second one.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from hypertemplate.runtime.hooks.patch import Undo, replace

_VALIDATION = "val_"
_NUMBER = re.compile(r"_\d+$")

_MADE = "_hypertemplate_made_name"
"""Attribute of a metric with the name that Keras made for it."""


def unnumbered(name: str) -> str:
    """Return a name without Keras's number.

    >>> unnumbered("val_auc_2"), unnumbered("f1")
    ('val_auc', 'f1')
    """
    return _NUMBER.sub("", name)


def note_names(module: ModuleType) -> Undo:
    """Make a loaded Keras note each metric that it names itself; return a function that ends this."""
    metric = getattr(getattr(module, "metrics", None), "Metric", None)
    if metric is None:
        return lambda: None
    original = metric.__init__
    signature = inspect.signature(original)

    @functools.wraps(original)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if signature.bind(self, *args, **kwargs).arguments.get("name") is None:
            vars(self)[_MADE] = self.name  # past what Keras does with attributes that are set

    return replace(metric, "__init__", init)


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the metrics of one network.

    Attributes:
        plain: names to use in place of those that Keras has numbered, without ``val_``.
        counted: the names in use that Keras would number.
        directions: whether more of a metric is better, as Keras's own metrics say, by the name in use.
    """

    plain: Mapping[str, str] = field(default_factory=dict)
    counted: frozenset[str] = frozenset()
    directions: Mapping[str, bool] = field(default_factory=dict)

    def logs(self, logs: Mapping[Any, Any]) -> dict[Any, Any]:
        """Return an epoch's logs, or a whole history, under the names to use."""
        return {self._used(key): value for key, value in logs.items()}

    def _used(self, key: Any) -> Any:
        if not isinstance(key, str):
            return key
        prefix = _VALIDATION if key.startswith(_VALIDATION) else ""
        name = key.removeprefix(prefix)
        return prefix + self.plain.get(name, name)


NO_NAMES = Names()
"""Names of a network that reported nothing."""


def names_of(metrics: Iterable[Any], logs: Iterable[Any]) -> Names:
    """Find the names of a network's metrics.

    Args:
        metrics: metrics of the network, as Keras's ``model.metrics`` has them.
        logs: names in the logs of an epoch.
    """
    reported = {str(key).removeprefix(_VALIDATION): None for key in logs}
    each = list(_each(metrics))
    own = {name: metric for name in reported if (metric := _metric_of(name, each)) is not None}
    plain: dict[str, str] = {}
    count: dict[str, int] = {}
    for metric in each:  # in the order in which they were compiled; the logs are sorted
        names = [name for name, one in own.items() if one is metric]
        base = _counted(metric) if names else ""
        if base:
            number = count[base] = count.get(base, -1) + 1
            made, wanted = len(getattr(metric, _MADE)), f"{base}_{number}" if number else base
            plain |= {name: name[:-made] + wanted for name in names}
    others = reported.keys() - plain.keys()
    if others & set(plain.values()):  # a name that the user gave another metric
        plain = {}
    found = ((plain.get(name, name), _direction(metric)) for name, metric in own.items())
    directions = {name: more for name, more in found if more is not None}
    return Names(plain, frozenset(plain.values()), directions)


def _each(metrics: Iterable[Any]) -> Iterator[Any]:
    """Yield the metrics; Keras 3 has lists of metrics as metrics, of which those in the lists count."""
    for metric in metrics:
        inner = getattr(metric, "metrics", None)
        if isinstance(inner, (list, tuple)) and inner:
            yield from _each(inner)
        else:
            yield metric


def _metric_of(name: str, metrics: Iterable[Any]) -> Any:
    """Return the metric that a network reports under a name, which may begin with an output's."""
    of = [m for m in metrics if name == (own := str(getattr(m, "name", None))) or name.endswith(f"_{own}")]
    return max(of, key=lambda metric: len(metric.name), default=None)


def _counted(metric: Any) -> str:
    """Return the name of a metric's class if Keras named the metric after it, else an empty string."""
    name, base = getattr(metric, _MADE, ""), _snake(type(metric).__name__)
    is_kept = bool(name) and str(metric.name).endswith(name)
    return base if is_kept and base in (name, unnumbered(name)) else ""


def _snake(name: str) -> str:
    """Write the name of a class as Keras does: ``MeanIoU`` as ``mean_io_u``."""
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _direction(metric: Any) -> bool | None:
    """Return the direction that one of Keras's own metrics has."""
    return {"up": True, "down": False}.get(str(getattr(metric, "_direction", None)))
