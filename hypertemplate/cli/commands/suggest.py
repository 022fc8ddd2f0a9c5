"""The command suggest, which proposes markers for plain code."""

from __future__ import annotations

import json
import re
import shlex

import click

from hypertemplate.cli.console import say, tell, terminal_width
from hypertemplate.cli.earlier_template import earlier_template
from hypertemplate.cli.exit_codes import DONE, TEMPLATE_FAULT
from hypertemplate.cli.options import format_option, read_source, template_options
from hypertemplate.cli.written_edits import write_markers
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.suggestions.comment_edits import line_comments
from hypertemplate.compiler.suggestions.marked_source import marked_source
from hypertemplate.compiler.suggestions.proposal import Proposal
from hypertemplate.compiler.suggestions.proposals import proposals
from hypertemplate.compiler.syntax.source import Source
from hypertemplate.errors import CompileError, UsageError
from hypertemplate.frontend import Read
from hypertemplate.search.new_study import named_objective
from hypertemplate.search.request import SearchRequest
from hypertemplate.search.searched_template import TemplateNames
from hypertemplate.search.storage.study_place import default_study
from hypertemplate.units import listed
from hypertemplate.views.suggestion_text import found_line, proposal_lines, proposals_json, written_line
from hypertemplate.views.template_json import diagnostics_json
from hypertemplate.views.text import plain

_NUMBERS = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*")
_ALL = "all"


class SuggestCommand(click.Command):
    """Command whose ``--write`` may come without a value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read ``--write`` as all proposals unless numbers follow."""
        for place, word in enumerate(args):
            if word == "--write" and not _NUMBERS.fullmatch("".join(args[place + 1 : place + 2])):
                args[place] = f"--write={_ALL}"
        return super().parse_args(ctx, args)


@click.command(cls=SuggestCommand, short_help="Propose markers for the values of TEMPLATE.")
@template_options
@format_option
@click.option(
    "--write",
    "chosen",
    metavar="[1,3-5]",
    help="Write the proposals with these numbers into TEMPLATE, without numbers all of them, as comments "
    "behind the code, which runs as before.",
)
@click.option("--braces", is_flag=True, help="With --write, put markers in braces in place of the values.")
@click.option("--explain", is_flag=True, help="Say why each value is worth searching, and who says so.")
def suggest(names: TemplateNames, format_: str, chosen: str | None, braces: bool, explain: bool) -> int:
    """Propose values of TEMPLATE that are worth searching, and where around them, without running any of it.

    TEMPLATE may be any program that trains something with Keras, scikit-learn, XGBoost, LightGBM, CatBoost or
    PyTorch's optimizers; it needs no markers.
    """
    if chosen is not None and format_ == "json":
        raise UsageError("--write prints its changes as a diff; leave out --format json")
    if braces and chosen is None:
        raise UsageError("--braces says how --write writes markers; add --write")
    read = read_source(names)
    folder = default_study(names)
    earlier = earlier_template(SearchRequest(folder=folder))
    if format_ == "json":
        return _say_json(read, names, earlier)
    found = proposals(read.source, model=names.model, data=names.data, earlier=earlier)
    if any(one.is_kept for one in found):
        kept = f"what {plain(str(folder))} has searched keeps its range, so that all of its trials count"
        tell(f"note: {kept}; move the study to another folder to have new ranges proposed")
    if chosen is not None:
        return _write(names, read, _selected(found, chosen, names), braces=braces)
    if found:
        say(proposal_lines(found, read.source, terminal_width(), reasons=explain))
    tell(found_line(names.path, found))
    _tell_next(names, read.source, found)
    return DONE


def _tell_next(names: TemplateNames, source: Source, found: tuple[Proposal, ...]) -> None:
    """Say what can be done with proposals, or why there are none."""
    if found:
        template = _template_words(names)
        search = _search_command(names, source, found, "--suggested")
        tell(f"search them, with the file as it is: {search}")
        left = line_comments(source, found)[1]
        how = "in braces, since no comment fits there" if len(left) == len(found) else "as comments"
        braces = " --braces" if len(left) == len(found) else ""
        tell(f"write them into it {how}: hypertemplate suggest {template} --write{braces}")
        if left and not braces:
            numbers = listed([str(one.number) for one in left])
            which = f"no. {numbers}" if len(left) == 1 else f"nos. {numbers}"
            chosen = ",".join(str(one.number) for one in left)
            tell(f"no comment fits for {which}: hypertemplate suggest {template} --write {chosen} --braces")
    else:
        tell(
            "values are found where they are written out in calls of Keras, scikit-learn, XGBoost, LightGBM "
            "or CatBoost: write out the arguments that you would change, or mark any value yourself, as in "
            "rate = {{uniform(0, 0.5)}}"
        )


def _search_command(names: TemplateNames, source: Source, found: tuple[Proposal, ...], *options: str) -> str:
    """Return the command that searches proposals, with the objective that it has to name."""
    program = compile_source(marked_source(source, found), model=names.model, data=names.data)
    objective = named_objective(program)
    named = ["--objective", objective] if objective else []
    return f"hypertemplate run {_template_words(names)}{''.join(f' {word}' for word in (*options, *named))}"


def _template_words(names: TemplateNames) -> str:
    """Return the words of a command that name the template and its functions as the user has named them."""
    words = ["-m", names.module] if names.module else [names.path]
    words += [] if names.model is None else ["--model", names.model]
    words += [] if names.data is None else ["--data", names.data]
    return shlex.join(words)


def _selected(found: tuple[Proposal, ...], chosen: str, names: TemplateNames) -> tuple[Proposal, ...]:
    """Return the proposals with the numbers that the user chose.

    Raises:
        UsageError: there are no such numbers.
    """
    if not found:
        raise UsageError(f"{names.path}: there is nothing to write, since no value is proposed")
    if chosen == _ALL:
        return found
    if not _NUMBERS.fullmatch(chosen):
        raise UsageError(f"--write takes numbers of proposals, such as 1,3-5, got {chosen}")
    numbers: set[int] = set()
    for one in chosen.split(","):
        first, _, last = one.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    unknown = numbers - {one.number for one in found}
    if unknown or not numbers:
        wrong = ", ".join(map(str, sorted(unknown)[:5])) or chosen
        raise UsageError(f"--write {chosen}: there is no proposal {wrong}, only 1 to {len(found)}")
    return tuple(one for one in found if one.number in numbers)


def _write(names: TemplateNames, read: Read, chosen: tuple[Proposal, ...], *, braces: bool) -> int:
    """Write proposals into the files of the template, and show the changes."""
    written = write_markers(names.path, read.source, chosen, braces=braces)
    say(written.diff)
    for note in written.notes:
        tell(note)
    tell(written_line(names.path, written.count))
    tell(f"search them: {_search_command(names, read.source, chosen)}")
    return DONE


def _say_json(read: Read, names: TemplateNames, earlier: Source | None) -> int:
    """Print the proposals as JSON; for a template with errors, the diagnostics."""
    try:
        found = proposals(read.source, model=names.model, data=names.data, earlier=earlier)
        status, value = DONE, proposals_json(found, read.source)
    except CompileError as error:
        status, value = TEMPLATE_FAULT, diagnostics_json(error.diagnostics, error.source)
    say([json.dumps(value, indent=2)])
    return status
