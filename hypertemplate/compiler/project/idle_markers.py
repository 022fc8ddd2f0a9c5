"""Warnings about markers in imported modules that no trial reaches."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hypertemplate.compiler.diagnostics.codes import Code
from hypertemplate.compiler.diagnostics.diagnostic import Diagnostic, warning
from hypertemplate.compiler.markers.marker import Marker
from hypertemplate.compiler.project.marked_modules import MarkedModules
from hypertemplate.compiler.syntax.statements import is_main_guard


def idle_markers(project: MarkedModules, reached: Collection[Marker]) -> Iterator[Diagnostic]:
    """Warn about each marker in an imported module that no trial reaches.

    Args:
        project: the user's own modules that the template imports.
        reached: markers in these that a trial reaches.
    """
    for own in project.modules.values():
        for statement in own.module.statements:
            names = sorted(statement.names.binds | statement.names.declares)
            help = "use its value, or remove it"
            text = f"the template does not use '{names[0]}'" if names else "this statement does not run"
            if is_main_guard(statement.node):
                text = "an import leaves out the __main__ part"
                help = "move it above the __main__ part, or remove it"
            for marker in own.held_by(statement):
                if marker not in reached:
                    yield warning(
                        Code.UNREACHED_MARKER, f"{text}, so this marker is not searched", marker.span, help
                    )
