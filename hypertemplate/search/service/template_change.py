"""Change of a template since the last run of its study, from the refusal to the trials that still count."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from hypertemplate.compiler.emit.fingerprint import enclosing_statements
from hypertemplate.compiler.markers.search_space import Dimension
from hypertemplate.errors import UsageError
from hypertemplate.runtime.failures.plain_text import plain
from hypertemplate.search.fixed_params import label_of, outside, parse_fixed
from hypertemplate.search.generations.succession import Succession
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.resume import Change, changes, refusal, same_file
from hypertemplate.search.samplers.enqueued import EARLIER_DEFAULTS, parse_points
from hypertemplate.search.searched_template import Template, TemplateNames
from hypertemplate.search.service.live_record import comparison, left_in_memory, recorded
from hypertemplate.search.storage.base import MemoryStorage
from hypertemplate.search.storage.snapshot import Kept
from hypertemplate.search.storage.sqlite.writer import SqliteStorage
from hypertemplate.search.stored_options import is_gone


@dataclass(slots=True)
class TemplateChange:
    """Change of the template of an existing study.

    Attributes:
        succession: the two versions, and the rules by which trials count.
        storage: storage of the study.
        lines: lines for people on what became of the trials, as far as it is settled.
        is_settled: whether the storage has the trials that count.
    """

    succession: Succession
    storage: SqliteStorage
    lines: tuple[str, ...] = ()
    is_settled: bool = False

    def settle_early(self) -> None:
        """Judge the trials before anything is loaded, if the template alone tells its space.

        Raises:
            UsageError: none of them would count.
        """
        space = self.succession.literal_space
        if space is not None:
            self.settle(space)

    def settle(self, space: tuple[Dimension, ...]) -> None:
        """Judge the trials under the present space; the storage writes them with the study.

        Raises:
            UsageError: none of them would count.
        """
        kept, self.lines = replace(self.succession, kept=self.storage.kept).under(space)
        self.storage.renew(replace(kept, options={**kept.options, **self._defaults(kept.options)}))
        self.is_settled = True

    def record(self) -> Kept:
        """Return the record of the study with the values that the user gave before under the present labels.

        Values of parameters that are gone, and those that are no longer possible, are left out.
        """
        kept = self.storage.kept
        options = dict(kept.options)
        for name, present in (("settings", self._fixed), ("points", self._points)):
            before = options.get(name)
            if isinstance(before, list):
                options[name] = list(present(map(str, before)))
        return replace(kept, options=options)

    def _defaults(self, options: Mapping[str, object]) -> dict[str, object]:
        """Return the option with earlier defaults under the present labels, and numbers of options."""
        found = options.get(EARLIER_DEFAULTS)
        edits = self.succession.edits
        if not isinstance(found, list) or edits is None:
            return {}
        pairs = {pair.before: pair for pair in edits.markers}
        return {
            EARLIER_DEFAULTS: [
                {
                    pairs[label].after: dict(pairs[label].options or ()).get(int(value), value)
                    for label, value in defaults.items()
                    if label in pairs
                }
                for defaults in found
            ]
        }

    def _fixed(self, texts: Iterable[str]) -> Iterator[str]:
        space = self.succession.program.space
        for text in texts:
            label = label_of(text, [dimension.label for dimension in self.storage.study.space])
            now = "=".join(self.succession.named(label, text[len(label) + 1 :]))
            with contextlib.suppress(UsageError):  # the parameter is gone, or no longer has the value
                if not outside(parse_fixed((now,), space), space):
                    yield now

    def _points(self, texts: Iterable[str]) -> Iterator[str]:
        space = self.succession.program.space
        for text in texts:
            values = json.loads(text).items()
            now = json.dumps(dict(self.succession.named(label, value) for label, value in values))
            with contextlib.suppress(UsageError):
                (point,) = parse_points((now,), space)
                if not outside(point, space):
                    yield now


def template_change(
    request: SearchRequest, template: Template, storage: MemoryStorage, names: TemplateNames
) -> TemplateChange | None:
    """Return the change of the template since the last run of its study; None if there is none.

    Args:
        request: request, completed with the options of the study.
        template: present template.
        storage: storage of the study.
        names: names that the user gave for the template.

    Raises:
        UsageError: the study is not resumed with the change.
    """
    if not isinstance(storage, SqliteStorage) or not storage.exists:
        return None
    kept, program = storage.kept, template.program
    shown = os.path.normpath(names.path) if names.path else program.source.name
    functions = (names.model, names.data)
    comparable, memory = comparison(template, kept)
    in_memory = recorded(kept.options) is not None
    succession = Succession(
        kept,
        program,
        template.source,
        shown,
        functions,
        comparable,
        request.keep_trials,
        request.retry,
        memory,
        left_in_memory(template, kept) if comparable and memory is None else None,
        from_file=template.live is None and not in_memory,
        new=request.from_study is not None,
    )
    if kept.study.digest != program.digest or (request.strict and succession.is_change):
        found = changes(kept, program, enclosing_statements(program))
        unknown = succession.edits is None and (bool(found) or not request.keep_trials)
        wanted = request.keep_trials or request.from_study is not None or template.live is not None
        # Code that was in memory has no file name to compare: what it says tells whether it is the same.
        renamed = in_memory or is_gone(kept.options, request.study or storage.folder)
        other = not (wanted or renamed or same_file(kept.study, shown))
        if request.strict or unknown or other:
            raise _refusal(request, kept, found, shown)
    elif not (succession.is_change or (request.keep_trials and kept.study.left_out)):
        if succession.has_other_text:  # no trial can tell
            storage.renew(replace(kept, study=replace(kept.study, files=succession.other_files)))
        return None
    return TemplateChange(succession, storage)


def _refusal(request: SearchRequest, kept: Kept, found: list[Change], template: str) -> UsageError:
    folder, retry = plain(str(request.study)), bool(request.retry)
    return refusal(kept, found, folder, template, retry=retry, strict=request.strict)
