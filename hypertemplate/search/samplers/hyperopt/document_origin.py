"""Origin of the documents of a ``hyperopt.Trials``, kept in its attachments: the search that made them.

A document holds a choice as the number of its option. Under other options the same number is another value,
which no trial ran with.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from hypertemplate.codec import decode, encode
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.errors import UsageError
from hypertemplate.search.resume import shown, space_lines
from hypertemplate.search.samplers.hyperopt.trial_documents import ended
from hypertemplate.search.study import Study
from hypertemplate.units import counted

KEY = "hypertemplate"
"""Name of the attachment."""

_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
_LOGARITHMS = re.compile(r"q?loguniform\(low=(?P<low>[^,]+), high=(?P<high>[^,]+?)(?:, q=(?P<q>.+))?\)")
_ANEW = "pass trials=Trials() to start again"


@dataclass(frozen=True, slots=True)
class Origin:
    """Search that documents were made by.

    Attributes:
        space: distribution of each label, as a user would write it.
        objective: name of the objective; None for what the model returns.
        maximize: whether more is better; None if nothing has said so yet.
        code: digest of the code that trials run.
        others: ``tid`` of each document of other code or values, or of a search that nothing is known of.
        values: digest of the values in memory that trials read.
    """

    space: dict[str, str]
    objective: str | None
    maximize: bool | None
    code: str
    others: tuple[int, ...] = ()
    values: str = ""


def origin(study: Study, space: tuple[Dimension, ...], code: str, values: str = "") -> Origin:
    """Describe the search that makes documents.

    Args:
        study: study of the search.
        space: dimensions that documents have values of.
        code: digest of the code that trials run.
        values: digest of the values in memory that they read.
    """
    texts = {dimension.label: _ADDRESS.sub("", shown(dimension)) for dimension in space}
    return Origin(texts, study.objective, study.maximize, code, values=values)


def keep_origin(trials: Any, made_by: Origin) -> None:
    """Keep with the documents what made them; call it before the first of a search is added, too."""
    before = _kept(trials)
    if before is None or (before.code, before.values) != (made_by.code, made_by.values):
        others = tuple(document["tid"] for document in ended(trials))
    else:
        others = before.others
    trials.attachments[KEY] = json.dumps(encode(replace(made_by, others=others)))


def of_other_code(trials: Any) -> frozenset[int]:
    """Return the ``tid`` of each document of other code or values than those of the present search."""
    kept = _kept(trials)
    return frozenset() if kept is None else frozenset(kept.others)


def _kept(trials: Any) -> Origin | None:
    """Return the origin that was kept, by whatever version; None without one."""
    if KEY not in trials.attachments:
        return None
    return decode(Origin, json.loads(trials.attachments[KEY]))


def continued(trials: Any, now: Origin) -> Iterator[str]:
    """Yield the notes on documents that a search continues.

    Raises:
        UsageError: they belong to another search space, objective or direction.
    """
    trials.refresh()
    count = len(ended(trials))
    if not count:
        return
    before = _kept(trials)
    if before is None:
        if any("choice(" in text for text in now.space.values()):
            yield (
                f"{counted(count, 'trial')} in trials came from elsewhere, and only the numbers of their "
                "options are known: they are read as today's options; if the options were different then, "
                f"{_ANEW}"
            )
        return
    space = {label: _in_values(text) for label, text in before.space.items()}
    if space != now.space:
        lines = ["trials was filled by a search of another space", *space_lines(space, now.space)]
        raise UsageError("\n".join([*lines, f"  {_ANEW}"]))
    if before.objective != now.objective:
        was, wanted = (one.objective or "what the model returns" for one in (before, now))
        raise UsageError(f"trials was filled by a search by {was}, not by {wanted}: {_ANEW}")
    if None not in (before.maximize, now.maximize) and before.maximize != now.maximize:
        was, wanted = ("maximised", "minimises") if before.maximize else ("minimised", "maximises")
        raise UsageError(f"trials was filled by a search that {was}, and this search {wanted}: {_ANEW}")
    if before.code != now.code:
        yield f"your code has changed since trials was filled; those results come from the old code; {_ANEW}"


def _in_values(text: str) -> str:
    """Return the text of a distribution with values in place of the logarithms of an earlier version."""
    found = _LOGARITHMS.fullmatch(text)
    if found is None:
        return text
    numbers = {
        name: float(value) for name, value in found.groupdict().items() if value is not None and name != "q"
    }
    step = {"q": ast.literal_eval(found["q"])} if found["q"] else {}
    return shown(Dimension("", "loguniform", numbers | step))
