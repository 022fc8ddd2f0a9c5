"""IPython extension, ``%load_ext hypertemplate``: marked cells run as they are, and ``%%tune``."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from hypertemplate.compiler.markers.grammar import did_you_mean
from hypertemplate.errors import NoTrialError, SharedStateError
from hypertemplate.frontend import cell_transformer
from hypertemplate.frontend.default_modules import DefaultModules
from hypertemplate.frontend.ipython import cell_name, completions, usage_error, user_values
from hypertemplate.frontend.live.failed_cells import EVENT, FailedCells, noting
from hypertemplate.frontend.notebook.magic_table import SEARCH
from hypertemplate.frontend.notebook.magics import plain_cell
from hypertemplate.search.pruners.base import METHODS
from hypertemplate.search.study import ALGORITHMS

if TYPE_CHECKING:
    # A type only: the shell is an argument, and `frontend/ipython.py` is the one file that imports IPython.
    from hypertemplate.frontend.ipython import InteractiveShell


def load(shell: InteractiveShell) -> None:
    """Let marked cells and modules run, and register ``%%tune``; a second call has no effect."""
    unload(shell)
    defaults = cell_transformer.Defaults(partial(cell_name, shell))
    ast_transformers, before, after = _lists(shell)
    ast_transformers.append(defaults)
    before.append(cell_transformer.Angles())
    after.append(cell_transformer.Recent(defaults))
    DefaultModules().install()
    shell.events.register(EVENT, FailedCells())

    def tune(line: str, cell: str) -> None:
        tune_cell(shell, line, cell)

    tune.__doc__ = _parser().format_help()
    shell.magics_manager.register_function(tune, "cell", SEARCH)
    untyped: Any = shell
    untyped.set_hook("complete_command", _options_to_complete, str_key=f"%%{SEARCH}")
    if (matchers := _matchers(shell)) is not None:
        untyped = _match_options
        untyped.matcher_api_version = 2
        matchers.append(untyped)


def unload(shell: InteractiveShell) -> None:
    """Undo `load`, and nothing else."""
    for transformers in _lists(shell):
        # By the module's name: a reload creates new classes.
        transformers[:] = [
            each for each in transformers if type(each).__module__ != cell_transformer.__name__
        ]
    for callback in noting(shell):
        shell.events.unregister(EVENT, callback)
    sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != DefaultModules.__module__]
    if (matchers := _matchers(shell)) is not None:
        matchers[:] = [one for one in matchers if getattr(one, "__module__", "") != __name__]
    magics = shell.magics_manager.magics["cell"]
    if getattr(magics.get(SEARCH), "__module__", "") == __name__:
        del magics[SEARCH]
        shell.strdispatchers["complete_command"].strs.pop(f"%%{SEARCH}", None)


def _lists(shell: InteractiveShell) -> tuple[list[Any], list[Any], list[Any]]:
    """Return IPython's lists of transformers: of trees, and of texts before and after IPython's own."""
    return shell.ast_transformers, shell.input_transformers_cleanup, shell.input_transformers_post


def _matchers(shell: InteractiveShell) -> list[Any] | None:
    """Return IPython's list of matchers for the Tab key; IPython 7 has none."""
    return getattr(shell.Completer, "custom_matchers", None)


def tune_cell(shell: InteractiveShell, line: str, cell: str) -> None:
    """Tune the flat code of a cell over the user's variables, and leave ``study`` among them.

    Args:
        shell: the shell, with the user's variables.
        line: options.
        cell: code.

    Raises:
        NoTrialError: no trial is complete; `_keep_failed` says where those that failed are.
        SharedStateError: the next trial would not begin as the first did; likewise.
        UsageError: IPython's, for an invalid option or a cell without code. One line.
    """
    try:
        study = _searched_cell(shell, line, cell)
    except (NoTrialError, SharedStateError) as error:
        _keep_failed(shell, error.study)
        raise
    except (KeyboardInterrupt, Exception):
        if _is_study(shell.user_ns.get("study")):
            sys.stderr.write("note: study is still that of an earlier search\n")
        raise
    _keep(shell, study)


def _searched_cell(shell: InteractiveShell, line: str, cell: str) -> object:
    """Return the study of a cell; arguments as in `tune_cell`."""
    try:
        known, others = _parser().parse_known_args(_spelled(shlex.split(line)))
        if others:
            raise ValueError(_without_option(others[0]))
        options = vars(known)
    except ValueError as problem:
        raise usage_error(f"%%{SEARCH}: {problem}") from None
    plain = plain_cell(cell)
    if not plain.text.strip():
        raise usage_error(f"%%{SEARCH}: the cell has no code below this line")
    from hypertemplate.api.tune import tune_text

    name = cell_name(shell)
    for note in plain.notes:
        if note.matters or note.kind in ("shell", "magic"):
            help = f"; {note.help}" if note.help else ""
            sys.stderr.write(f"note: {name}, line {note.line + 1}: {note.text}{help}\n")
    # The cell's first line is the magic: an empty line in its place keeps the cell's line numbers.
    return tune_text(f"\n{plain.text}", name=name, values=user_values(shell), **options)


def _keep(shell: InteractiveShell, study: object) -> None:
    """Leave a study as ``study``; say so where that is a variable of the user's own."""
    earlier = shell.user_ns.get("study")
    if earlier is not None and not _is_study(earlier):
        sys.stderr.write(f"note: study was a {type(earlier).__name__}, and is now the study of this search\n")
    shell.user_ns["study"] = study


def _keep_failed(shell: InteractiveShell, failed: Any) -> None:
    """Leave the study of a search that failed as ``study``, beside one with a result as ``failed_study``."""
    earlier = shell.user_ns.get("study")
    if _has_result(earlier) and not _has_result(failed):
        shell.user_ns["failed_study"] = failed
        sys.stderr.write(
            "note: study is still that of the earlier search; failed_study has the trials of this one\n"
        )
    else:
        _keep(shell, failed)


def _is_study(value: object) -> bool:
    from hypertemplate.api.tune import Study

    return isinstance(value, Study)


def _has_result(study: Any) -> bool:
    try:
        return _is_study(study) and study.best_trial is not None
    except NoTrialError:
        return False


def _spelled(words: list[str]) -> list[str]:
    """Return the words of the magic's line with options as the parser spells them.

    Raises:
        ValueError: an option does not exist.
    """
    known = _option_names()
    return [_option(word, known) if re.match("--?[a-zA-Z]", word) else word for word in words]


def _option(word: str, known: list[str]) -> str:
    name, equals, value = word.partition("=")
    spelled = "--" + name.lstrip("-").replace("_", "-")
    if spelled in known:
        return spelled + equals + value
    hint = f"for the options, run %%{SEARCH}?"
    if spelled in ("--help", "--h"):
        raise ValueError(hint)
    from hypertemplate.search.new_study import lowest_advice

    longer = [other for other in known if other.startswith(f"{spelled}-")]
    meant = longer[0] if longer else did_you_mean(spelled, known)
    advice = (
        f"{lowest}. " if (lowest := lowest_advice(spelled)) else f"did you mean {meant}? " if meant else ""
    )
    raise ValueError(f"there is no option {name}: {advice}{hint}")


def _without_option(word: str) -> str:
    """Return the message for a word of the magic's line that is neither an option nor the value of one."""
    if word.isdecimal():
        return f"{word} is not an option; for the number of trials, write --max-evals {word}"
    if re.fullmatch(r"[^\W\d][\w.]*(:(min|max))?", word):
        return f"{word} is not an option; to search by a number of that name, write --objective {word}"
    return f"{word} is not an option; for the options, run %%{SEARCH}?"


def _option_names() -> list[str]:
    return [name for action in _parser()._actions for name in action.option_strings]


def _options_to_complete(shell: InteractiveShell, event: Any) -> list[str]:
    """Return what Tab offers on the magic's line."""
    return _offered(event.text_until_cursor, event.symbol)


def _offered(line: str, token: str) -> list[str]:
    """Return what Tab offers: options of the magic, or the values of one.

    Args:
        line: the magic's line up to the cursor.
        token: its end, which is completed.
    """
    words = line.removesuffix(token).replace("=", " ").split()
    option = next((one for one in _parser()._actions if words[-1:] and words[-1] in one.option_strings), None)
    if option is None or option.nargs == 0 or (option.nargs == "?" and token.startswith("-")):
        offered = _option_names()
    else:
        offered = [str(value) for value in option.choices or ()]
    return [one for one in offered if one.startswith(token)]


def _match_options(context: Any) -> dict[str, Any]:
    """Return what Tab offers on the magic's line, in place of Python's own names; nothing elsewhere."""
    line, found = context.text_until_cursor, list[str]()
    if context.cursor_line == 0 and line.startswith(f"%%{SEARCH} "):
        found = _offered(line, context.token)
    return {"completions": completions(found), "suppress": bool(found)}


class _Parser(argparse.ArgumentParser):
    """Parser that raises ValueError for an invalid option, where argparse would end the process."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def _parser() -> _Parser:
    parser = _Parser(
        prog=f"%%{SEARCH}",
        description="Search for the best values of the markers in this cell; the result is left in study.",
        add_help=False,
        allow_abbrev=False,
    )
    for options in (_add_search, _add_pruning, _add_trials, _add_study):
        options(parser.add_argument)
    return parser


def _add_search(add: Callable[..., object]) -> None:
    add("--max-evals", type=_at_least(1), metavar="N", help="number of trials; by default 50")
    add(
        "--objective",
        metavar="NAME[:min|:max]",
        help="the number to search by: a variable of the cell, or a metric of its last fit",
    )
    add("--algo", choices=ALGORITHMS, help="algorithm that proposes values; by default tpe")
    add("--seed", type=_at_least(0), metavar="N", help="seed of the search; by default 1337")
    add(
        "--workers",
        type=_at_least(1),
        metavar="N",
        help="number of worker processes; by default trials run in this process",
    )


def _add_pruning(add: Callable[..., object]) -> None:
    add(
        "--prune",
        nargs="?",
        const=METHODS[0],
        choices=METHODS,
        help="stop trials early that do worse than others; --prune alone means asha",
    )
    add("--prune-on", metavar="NAME[:min|:max]", help="metric by which --prune compares trials")
    add(
        "--prune-fit",
        metavar="N|last",
        help="which fit --prune watches, counted from 1, if several report the metric",
    )
    add(
        "--count-pruned",
        action="store_true",
        default=None,
        help="let a pruned trial be the best one",
    )
    add(
        "--early-stopping",
        type=_at_least(1),
        metavar="N",
        help="end each Keras fit after N epochs without a better value",
    )


def _add_trials(add: Callable[..., object]) -> None:
    add(
        "--repeats",
        type=_at_least(1),
        metavar="N",
        help="run each trial N times, with other seeds, and count it by the mean; by default once",
    )
    add(
        "--rerun-equal",
        action="store_true",
        help="run a trial although an equal one has run, which would answer it",
    )
    add("--maximize", action="store_true", help="search for the highest value, not the lowest")
    add(
        "--no-default-trial",
        dest="default_trial",
        action="store_false",
        help="leave out the first trial, which has the defaults that markers state",
    )


def _add_study(add: Callable[..., object]) -> None:
    add("--study", metavar="DIR", help="folder of the study, which is resumed if it exists")
    add("--fresh", action="store_true", help="start a new study, and move an existing one aside")
    add(
        "--keep-trials",
        action="store_true",
        help="resume the study although code or values in memory have changed",
    )
    add("--keep-models", type=_at_least(1), metavar="N", help="keep the N best models; by default 1")
    add(
        "--log-to",
        metavar="tensorboard:DIR",
        help="write trials with their curves to TensorBoard, while the search runs",
    )


def _at_least(lowest: int) -> Callable[[str], int]:
    """Return a function that parses a whole number of at least `lowest`."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < lowest:
            raise argparse.ArgumentTypeError(f"must be a whole number of at least {lowest}, got {text!r}")
        return int(text)

    return read
