"""Files beside the template that define its model or data function, as parts of the template."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypertemplate.compiler import imported_modules
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.frontend.files import open_file, python_source


def with_siblings(source: Source, model: str | None, data: str | None) -> Source:
    """Add the files that a template imports its model or data function from, before its own parts.

    Only files below the template's own folder are read, and not the files that those import, which run as any
    import does.

    Args:
        source: the template.
        model: name of the model function that the user gave, or None.
        data: name of the data function that the user gave, or None.

    Raises:
        ReadError: such a file exists and is not the text of a program.
    """
    found: list[Part] = []
    for module in sorted(imported_modules(source, model=model, data=data)):
        beside = Path(module.replace(".", "/") + ".py")
        if Path(source.path).parent.joinpath(beside).is_file():
            file = open_file(str(Path(source.name).parent / beside))
            part = python_source(file).parts[0]
            found.append(replace(part, path=file.path, module=module))
    return replace(source, parts=(*found, *source.parts)) if found else source
