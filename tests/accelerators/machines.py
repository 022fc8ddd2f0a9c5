"""Machines as probes see them: each is a document in ``machines/``, laid out in a folder.

A document says ``system``, ``architecture``, ``affinity``, ``process`` and ``environment``, and

- ``files``: path -> its lines;
- ``links``: path -> where the link leads;
- ``commands``: a command line -> the lines that it prints, or ``hangs``, or ``fails: `` and its last line. A command
  that is not there is missing.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypertemplate.accelerators.detect.host import (
    COMMAND_S,
    CommandError,
    CommandFailedError,
    Surroundings,
)

DOCUMENTS = Path(__file__).parent / "machines"

NAMES = tuple(sorted(path.stem for path in DOCUMENTS.glob("*.json")))
"""Every machine."""


class Commands:
    """Runs commands as a document says; `started` are those that were asked for."""

    def __init__(self, answers: Mapping[str, Sequence[str] | str]) -> None:
        self.answers = answers
        self.started: list[str] = []

    def __call__(self, command: Sequence[str]) -> str:
        line = shlex.join(command)
        self.started.append(line)
        answer = self.answers.get(line)
        if answer is None:
            raise CommandError(f"there is no {command[0]}")
        if not isinstance(answer, str):
            return "".join(f"{text}\n" for text in answer)
        if answer == "hangs":
            raise CommandError(f"{command[0]} gave no answer in {COMMAND_S:g} s")
        assert answer.startswith("fails: "), f"what does {line!r} do where it says {answer!r}?"
        raise CommandFailedError(f"{command[0]} failed: {answer.removeprefix('fails: ')}")


def document(name: str) -> dict[str, Any]:
    """The document of a machine."""
    text = (DOCUMENTS / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def surroundings(name: str, folder: Path, **changes: Any) -> Surroundings:
    """What a process on this machine sees.

    Args:
        name: the document's.
        folder: where its files are laid out; an empty one.
        changes: what else the document is to say; mappings are added to those that it has, less what is None.
    """
    content = document(name)
    for key, value in changes.items():
        if isinstance(value, dict):
            value = {name: text for name, text in {**content[key], **value}.items() if text is not None}
        content[key] = value
    return laid_out(content, folder)


def laid_out(content: Mapping[str, Any], folder: Path) -> Surroundings:
    """The surroundings that a document describes, its files under `folder`."""
    for path, lines in content["files"].items():
        file = folder / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for path, target in content["links"].items():
        link = folder / path.lstrip("/")
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)
    return Surroundings(
        root=folder,
        environment=content["environment"],
        run=Commands(content["commands"]),
        system=content["system"],
        architecture=content["architecture"],
        affinity=content["affinity"],
        process=content["process"],
    )
