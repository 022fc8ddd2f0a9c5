"""Files beside the template that define its model or data function: parts of the template themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypertemplate.compiler import imported_modules
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.frontend.files import open_file, python_source


def with_siblings(source: Source, model: str | None, data: str | None) -> Source:
    """The source with the files that it imports its model or data function from before its own parts.

    Only files below the template's own folder are read, and not what these import in their turn: that runs
    as any import does.

    Args:
        source: the template.
        model: the name of the model function that the user gave, or None.
        data: likewise of the data function.

    Raises:
        ReadError: such a file is there and is not the text of a program.
    """
    found: list[Part] = []
    for module in sorted(imported_modules(source, model=model, data=data)):
        beside = Path(module.replace(".", "/") + ".py")
        if Path(source.path).parent.joinpath(beside).is_file():
            file = open_file(str(Path(source.name).parent / beside))
            part = python_source(file).parts[0]
            found.append(replace(part, path=file.path, module=module))
    return replace(source, parts=(*found, *source.parts)) if found else source
