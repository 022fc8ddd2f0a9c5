"""Tracebacks of users' exceptions, shown in the template's own file and lines.

The program that runs is rewritten text under a file name that is not on disk, and this package's frames lie
between the worker and the template. Neither is shown.
"""

from __future__ import annotations

import re
import textwrap
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypertemplate.compiler.program import Program
from hypertemplate.compiler.syntax.source import line_starts, line_text
from hypertemplate.errors import HypertemplateError
from hypertemplate.runtime.failures.plain_text import encodable, plain_text
from hypertemplate.runtime.own_code import is_own_file

OURS = str(Path(__file__).resolve().parents[2]) + "/"
"""Folder of this package, whose frames are left out."""

MOST_FRAMES = 60
"""Most frames shown of one exception; of more, the first and the last half of this number."""

MOST_CHARACTERS = 20_000
"""Most characters shown of a traceback; an exception's message may contain a whole array."""

LONGEST_LINE = 300
"""Most characters of a line of a message."""

MOST_LINES = 12
"""Most lines of a message; of more, the first and the last ones."""

LONGEST_PARAGRAPH = 1_000
"""Most characters of a message up to its first empty line."""

_NOISE = re.compile(
    r"\{\{function_node \S+?\}\}\s*"  # TensorFlow: its own name of the operation, and
    r"|/job:\w+/replica:\d+/task:\d+/device:"  # of the device, which `GPU:0` says
    r"|\s*\[Op:\w+\](\s*name:\s*)?$"
    r"|^\[enforce fail at [^]]*\] err == 0\. "  # PyTorch: a line of its own source
)
"""Parts of a framework's messages that only its developers need."""


def format_exception(error: BaseException, program: Program) -> str:
    """Format the traceback of `error` with its causes and notes, as Python prints it.

    Frames of hypertemplate are left out; a frame of the template shows the template's name and the user's
    line, with its markers. Long recursions are cut.
    """
    report = traceback.TracebackException.from_exception(error)
    _leave_out_copies(report, program)
    for one in _chained(report):
        one.stack = _ShownStack(_shown_frames(one.stack, program))
    return _cut(plain_text(encodable(_in_user_words("".join(report.format()), program))).rstrip("\n"))


def reason(error: BaseException, program: Program) -> str:
    """Return the type of `error`, its message, and the innermost place in the template.

    For example ``ValueError: Shapes do not match (model.py:34)``. A message of several lines keeps them, with
    the place after the first; of many lines, the first and the last ones remain.
    """
    name, place = type(error).__name__, user_place(error, program)
    said = plain_text(encodable(_in_user_words(_text(error), program))).expandtabs()
    first, *more = [_NOISE.sub("", line).rstrip() for line in _telling(said)]
    first = first.removeprefix(f"{name}: ")
    if not isinstance(error, HypertemplateError):
        first = f"{name}: {first}" if first else name
    first, *more = _shortened([first, *more])
    return "\n".join([f"{first} ({place})" if place else first, *more])


def _shortened(lines: list[str]) -> list[str]:
    """Cut long lines at their end, and leave out the middle of many."""
    cut = [line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 4] + " ..." for line in lines]
    if len(cut) <= MOST_LINES:
        return cut
    half = MOST_LINES // 2
    return [*cut[:half], f"[{len(cut) - 2 * half} more lines]", *cut[-half:]]


def whole_message(error: BaseException, program: Program) -> str:
    """Return the type of `error`, its message up to the first empty line, and the place, in one line.

    What follows an empty line is advice at length, such as Keras's examples.
    """
    said = plain_text(encodable(_in_user_words(_text(error), program))).strip()
    paragraph = " ".join(re.split(r"\n\s*\n", said, maxsplit=1)[0].split()).rstrip(".")
    name, place = type(error).__name__, user_place(error, program)
    summary = f"{name}: {paragraph}"[:LONGEST_PARAGRAPH] if paragraph else name
    return f"{summary} ({place})" if place else summary


def user_place(error: BaseException, program: Program) -> str:
    """Return the innermost line of the user's files in the traceback, such as ``model.py:34``, or nothing."""
    numbers = {part.filename: number for number, part in enumerate(program.parts)}
    cells = {part.ran_as: number for number, part in enumerate(program.source.parts) if part.ran_as}
    place = ""
    step = error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if (number := numbers.get(file, cells.get(file))) is not None:
            place = at_line(program, number, step.tb_lineno)
        elif _is_users(file):
            place = f"{_shown_path(file)}:{step.tb_lineno}"
        step = step.tb_next
    for number, part in enumerate(program.parts):
        for quoted in re.finditer(rf'File "{re.escape(part.filename)}", line (\d+)', _text(error)):
            place = at_line(program, number, int(quoted[1]))
    return place


def _is_users(file: str) -> bool:
    """Return True if a file is one that the user wrote, which is neither installed nor generated."""
    generated = Path(file).name.startswith("__autograph_generated_file")
    return is_own_file(file) and not file.startswith(OURS) and not generated and Path(file).is_file()


def _shown_path(file: str) -> str:
    """Return the path of a file from the working folder, if it is below it."""
    path = Path(file)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def at_line(program: Program, part: int, line: int) -> str:
    """Format a line of a part: ``model.py:34``, or ``train.ipynb, cell 3 (In [7]), line 2``."""
    source = program.source.parts[part]
    return f"{source.name}:{line}" if source.kind == "file" else f"{source.name}, line {line}"


def _leave_out_copies(report: traceback.TracebackException, program: Program) -> None:
    """Leave out causes that only libraries' code has seen, and that say what the exception above them says.

    pandas raises each KeyError twice: the first one shows how an index looks a key up.
    """
    for one in _chained(report):
        for cause in (one.__cause__, one.__context__):
            same = cause is not None and [*cause.format_exception_only()] == [*one.format_exception_only()]
            if cause is not None and same and not any(_is_of_user(frame, program) for frame in cause.stack):
                one.__cause__ = one.__context__ = None


def _is_of_user(frame: traceback.FrameSummary, program: Program) -> bool:
    own = {part.filename for part in program.parts} | {part.ran_as for part in program.source.parts}
    return frame.filename in own or _is_users(frame.filename)


class _ShownStack(traceback.StackSummary):
    """A stack whose middle is left out if it is too long, after repeats have been folded."""

    def format(self, **options: Any) -> list[str]:
        lines = super().format(**options)
        if len(lines) <= MOST_FRAMES:
            return lines
        half = MOST_FRAMES // 2
        return [*lines[:half], f"  [{len(lines) - 2 * half} more frames]\n", *lines[-half:]]


def _chained(report: traceback.TracebackException) -> Iterator[traceback.TracebackException]:
    """Yield `report` and the exceptions shown with it: causes, contexts, members of a group."""
    waiting = [report]
    while waiting:
        one = waiting.pop()
        yield one
        members = getattr(one, "exceptions", None) or ()
        waiting += [other for other in (one.__cause__, one.__context__, *members) if other is not None]


def _shown_frames(stack: traceback.StackSummary, program: Program) -> Iterator[traceback.FrameSummary]:
    numbers = {part.filename: number for number, part in enumerate(program.parts)}
    cells = {part.ran_as: part.name for part in program.source.parts if part.ran_as}
    for frame in stack:
        number = numbers.get(frame.filename)
        if number is not None:
            name = program.parts[number].name
            line = _user_line(program, number, frame.lineno or 0)
            yield traceback.FrameSummary(name, frame.lineno, frame.name, lookup_line=False, line=line)
        elif frame.filename in cells:
            name = cells[frame.filename]
            yield traceback.FrameSummary(name, frame.lineno, frame.name, lookup_line=False, line=frame.line)
        elif not frame.filename.startswith((OURS, "<frozen importlib")):
            yield frame


def _user_line(program: Program, part: int, line: int) -> str:
    origin = program.source.parts[part]
    text = origin.original or origin.text
    return line_text(text, line).strip() if 1 <= line <= len(line_starts(text)) else ""


def _in_user_words(text: str, program: Program) -> str:
    """Replace the program's file names, and the lines quoted after them, with the user's.

    TensorFlow quotes both in its messages about converted code.
    """
    for number, part in enumerate(program.parts):
        if part.filename not in text:
            continue
        quoted = re.compile(rf'(File "{re.escape(part.filename)}", line (\d+)[^\n]*\n[ \t|]*)([^\n]*)')

        def in_source(match: re.Match[str], number: int = number) -> str:
            return match[1] + _user_line(program, number, int(match[2]))

        text = quoted.sub(in_source, text).replace(part.filename, part.name)
    return text


def _cut(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    half = MOST_CHARACTERS // 2
    return f"{text[:half]}\n[{len(text) - 2 * half} more characters]\n{text[-half:]}"


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # As in Python's own traceback: the class is the user's.
        return "<exception str() failed>"


def _telling(text: str) -> list[str]:
    """Return the lines of a message without what a framework wraps it in, each once dedented."""
    first, _, rest = text.strip("\n").partition("\n")
    first, after = first.strip(), textwrap.dedent(rest).split("\n")
    if first == "in user code:":  # AutoGraph: a traceback of its own, with the exception at its end
        frames = [number for number, line in enumerate(after) if re.match(r' *File "', line)]
        below = after[frames[-1] + 1 :] if frames else after
        return _filled([line for line in below if not line.startswith("    ")]) or [first]
    if first == "Graph execution error:":  # TensorFlow: stacks, the message, the node
        nodes = [number for number, line in enumerate(after) if line.strip().startswith("[[{{node")]
        return [f"{first} {after[nodes[0] - 1].strip()}"] if nodes else [first]
    return [first, *_filled(after)]


def _filled(lines: list[str]) -> list[str]:
    return [line for line in lines if line.strip()]
