"""Files that define a template's model or data function, as parts of the template."""

from __future__ import annotations

from dataclasses import replace

from hypertemplate.compiler.stages import imported_modules, is_script
from hypertemplate.compiler.syntax.source import Part, Source
from hypertemplate.frontend.files import open_file, python_source
from hypertemplate.frontend.import_folders import OwnFiles, own_folders, shown


def with_siblings(source: Source, model: str | None, data: str | None) -> Source:
    """Add the files that a template imports its model or data function from, before its own parts.

    Only files of the user's own are read, and not those that they import, which run as any import does. A
    function that is no objective, such as one that builds a network, stays in its module.

    Args:
        source: the template.
        model: name of the model function that the user gave, or None.
        data: name of the data function that the user gave, or None.

    Raises:
        ReadError: such a file exists and is not the text of a program.
    """
    found: list[Part] = []
    modules = imported_modules(source, model=model, data=data)
    files = OwnFiles(own_folders(source) if modules else ())
    for module in sorted(modules):
        file = files.file(module)
        if file is not None and str(file.resolve()) != source.path:
            part = python_source(open_file(shown(source, file))).parts[0]
            package = module if file.name == "__init__.py" else module.rpartition(".")[0]
            found.append(replace(part, path=str(file.resolve()), module=module, package=package))
    with_them = replace(source, parts=(*found, *source.parts))
    return with_them if found and not is_script(with_them, model=model) else source
