"""Record of a template in memory in its study, by which another process resumes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hypertemplate.codec import decode, encode
from hypertemplate.compiler.edits.source_edits import Left
from hypertemplate.compiler.live_module import Memory
from hypertemplate.errors import UsageError
from hypertemplate.runtime.protocol import DIGEST_VERSION, ValueDigest
from hypertemplate.search.searched_template import CODE, LiveCode, Template
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.units import listed

OPTION = "live"
"""Name of the option under which a study stores the record."""

SETUP = "setup_values"
"""Name of the option under which one that has run from a file alone stores what setup made, by name."""

_MOST_NAMED = 8
"""Most parts of values that a note names as not compared."""


def recorded(options: Mapping[str, object]) -> LiveCode | None:
    """Return the record in the options of a study; None if its trials ran from a file alone."""
    found = options.get(OPTION)
    return decode(LiveCode, found) if isinstance(found, dict) else None


def identified(template: Template, kept: Kept | None) -> Template:
    """Return a template with the digest by which a study in a folder knows it.

    That of code in memory is the digest of the same text in a file, so that the command line resumes its
    study. A study of the same statements that run anew is its own, whatever other cells say by now: their
    values are compared. Of a list that is another one, only the text tells whether trials have added to it.

    Args:
        template: template of a search.
        kept: study in the folder; None if there is none.
    """
    if template.live is None:
        return template
    live = template.live()
    before = recorded(kept.options) if kept is not None else None
    if kept is not None and before is not None and before.digest == live.digest:
        is_told = bool(before.as_file and live.as_file and _others(before, live, plain=True))
        digest = live.as_file if is_told else kept.study.digest
    else:
        digest = live.as_file or live.digest
    return replace(template, program=replace(template.program, digest=digest), live=lambda: live)


def live_options(template: Template, kept: Kept | None) -> dict[str, Any]:
    """Return the options that a study stores of a template in memory.

    A study that a file continues keeps what is known of memory, for the way back.

    Args:
        template: template with the digest that `identified` gives it.
        kept: study in the folder; None if there is none.
    """
    if template.live is not None:
        return {OPTION: encode(template.live())}
    same = kept is not None and kept.study.digest == template.program.digest
    return {OPTION: kept.options[OPTION]} if kept is not None and same and OPTION in kept.options else {}


def comparison(template: Template, kept: Kept) -> tuple[bool, Memory | None]:
    """Tell whether the texts of a study's trials and of a template can be compared, and with which memory.

    Where both texts are complete they are compared as files; what only memory has, by its digests.

    Args:
        template: present template.
        kept: study that exists.
    """
    before = recorded(kept.options)
    now = None if template.live is None else template.live()
    if all(one is None or one.as_file for one in (before, now)):
        return True, None
    both = before is not None and now is not None
    return both, template.memory if both else None


def left_in_memory(template: Template, kept: Kept) -> Left | None:
    """Return the values in memory with what is known of those that the last trials of a study have seen.

    Args:
        template: present template.
        kept: study that exists.
    """
    before = recorded(kept.options)
    if before is None or template.live is None or template.memory is None:
        return None
    whole = {name: one for name, one in template.live().values.items() if one.is_whole}
    known = {name: one for name, one in before.values.items() if one.is_whole}
    return Left(template.memory, frozenset(name for name, one in whole.items() if one == known.get(name)))


def has_other_values(template: Template, kept: Kept) -> bool:
    """Tell whether values in memory differ from those with which a study was last run."""
    if template.live is None:
        return False
    before, live = recorded(kept.options), template.live()
    return bool(_others(_of_file(kept), live, plain=None)) if before is None else live.values != before.values


def check_memory(
    template: Template, kept: Kept, folder: str, *, keep_trials: bool, judged: bool
) -> Iterator[str]:
    """Yield notes on the values in memory that differ from those that the stored trials ran with.

    Args:
        template: template of a search.
        kept: study in the folder.
        folder: folder of the study.
        keep_trials: whether the user wants the trials that ran with other values.
        judged: whether the trials were judged by what has changed in the code.

    Raises:
        UsageError: data, code or numbers differ: losses could not be compared.
    """
    before = recorded(kept.options) or _of_file(kept)
    if template.live is None or not kept.study.trials:
        return
    live = template.live()
    texts = bool(before.as_file and live.as_file)
    grown = _others(before, live, plain=True) if texts else {}
    changed = {
        name: one
        for name, one in _others(before, live, plain=None if not texts else False).items()
        if not (judged and one.kind in CODE and _defines(template, name))
    }
    others = [difference(name, before.values[name], one) for name, one in changed.items()]
    if others and not keep_trials:
        lines = [f"{folder}: values in memory are not those that the trials of this study ran with"]
        lines += [f"  {line}" for line in others]
        lines.append("  {keep_trials} resumes it and keeps the trials so far; {fresh} starts a new study")
        raise UsageError("\n".join(lines), "keep_trials", ("fresh",))
    if others:
        yield f"the trials so far ran with other values: {'; '.join(others)}"
    if grown:
        yield f"{listed([*grown])} had other contents when this study was last run"
    yield from _unseen(before, live)


def _unseen(before: LiveCode, now: LiveCode) -> Iterator[str]:
    """Yield notes on what of the values that trials read could not be compared."""
    if any(one.version != DIGEST_VERSION for one in before.values.values()):
        yield (
            "this study is of an earlier version, which compared less of the values in memory: if one of "
            "them has changed since, start a new study with {fresh}"
        )
    parts = [
        f"{name}{part}" for name, one in now.values.items() for part in one.unseen if name in before.values
    ]
    if parts:
        more = [f"{len(parts) - _MOST_NAMED} more"] if len(parts) > _MOST_NAMED else []
        named = listed([*parts[:_MOST_NAMED], *more])
        yield (
            f"of these values only the type, or a part, could be compared: {named}; if one has changed, "
            "start a new study with {fresh}"
        )


def _of_file(kept: Kept) -> LiveCode:
    """Return the record of a study that has run from a file alone: what setup made there."""
    found: Any = kept.options.get(SETUP, {})
    values = {name: decode(ValueDigest, one) for name, one in found.items()}
    return LiveCode("", kept.study.digest, values)


def _others(before: LiveCode, now: LiveCode, *, plain: bool | None) -> dict[str, ValueDigest]:
    """Return the values that differ from those of the same name before.

    Args:
        before: record of the study.
        now: present template.
        plain: whether to return lists, dicts and sets without data in them, or all others; None for both.
    """
    pairs = {name: (one, before.values[name]) for name, one in now.values.items() if name in before.values}
    return {
        name: one
        for name, (one, earlier) in pairs.items()
        if one.differs_from(earlier) and plain in (None, one.may_have_grown_from(earlier))
    }


def _defines(template: Template, name: str) -> bool:
    """Tell whether the text of a template defines a function or a class, so that its edits are told."""
    definition = re.compile(rf"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+{re.escape(name)}\b", re.MULTILINE)
    return any(definition.search(part.text) for part in template.source.parts)


def difference(name: str, before: ValueDigest, now: ValueDigest) -> str:
    """Say how a value differs from that of the same name before."""
    if now.kind != before.kind:
        return f"{name} is now {now.kind}, and was {before.kind}"
    return f"{name} has other contents: {now.kind}"
