"""Arguments of the template itself, behind ``--``: in ``sys.argv``, kept with the study. Real processes."""

from __future__ import annotations

import json

import pytest

from hypertemplate.compiler.entry.marked_options import given
from hypertemplate.compiler.stages import compile_source
from hypertemplate.compiler.syntax.source import Part, Source
from tests.cli.conftest import Cli, Template

PARSED = """\
import argparse
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--scale", type=float, REQUIRED)
PARSE

def main():
    IN_MAIN
    error = {{uniform(0, 1)}} * args.scale
    print(sys.argv)
    return error


if __name__ == "__main__":
    sys.exit(main())
"""
SET = ("--set", "error=0.5", "--max-evals")


def parsed(*, required: bool = True, in_main: bool = True) -> str:
    """A program with a parser, which is used in ``main`` or above it."""
    line = "args = parser.parse_args()"
    text = PARSED.replace("REQUIRED", "required=True" if required else "default=3.0")
    return text.replace("PARSE", "" if in_main else line).replace("IN_MAIN", line if in_main else "pass")


def test_arguments_behind_dashes_are_those_of_the_template_in_each_run(cli: Cli, template: Template) -> None:
    template(parsed(), "train.py")
    status, out, _ = cli("run", "train.py", *SET, "1", "--", "--scale", "4")
    assert status == 0
    assert out.startswith("best of 1 trial: trial 0, error 2, minimised\n")

    # They are kept with the study.
    status, out, err = cli("run", "train.py", *SET, "2", "--rerun-equal")
    assert (status, "note: options kept from the last run: -- --scale 4\n" in err) == (0, True)
    assert out.startswith("best of 2 trials: trial 0, error 2, minimised\n")


def test_a_study_does_not_go_on_with_other_arguments(cli: Cli, template: Template) -> None:
    template(parsed(required=False), "train.py")
    assert cli("run", "train.py", *SET, "1").status == 0
    assert cli("run", "train.py", *SET, "2", "--", "--scale", "4") == (
        2,
        "",
        "error: train.study: this study ran without arguments of the template, not with -- --scale 4; "
        "resume it as it ran, or start a new study: --study DIR, or --fresh, which moves this one aside\n",
    )
    assert cli("run", "train.py", *SET, "1", "--fresh", "--", "--scale", "4").status == 0
    assert cli("run", "train.py", *SET, "2", "--", "--scale=5").err == (
        "error: train.study: this study ran with -- --scale 4, not with -- --scale=5; "
        "resume it as it ran, or start a new study: --study DIR, or --fresh, which moves this one aside\n"
    )
    shown = cli("show", "train.study").out
    assert shown.startswith("train.study: train.py -- --scale 4, 1 of 1 trial, tpe, seed 1337\n")
    assert json.loads(cli("show", "train.study", "--format", "json").out)["study"]["arguments"] == [
        "--scale",
        "4",
    ]


def test_required_arguments_are_said_before_the_first_trial_where_setup_reads_them(
    cli: Cli, template: Template
) -> None:
    template(parsed(in_main=False), "train.py")
    status, _, err = cli("run", "train.py", *SET, "2")
    assert status == 1
    assert err.endswith(
        "error: the template could not be loaded: argparse: the following arguments are required: --scale; "
        "give arguments as in: hypertemplate run train.py -- ARGS\n"
        "last output:\n"
        "| usage: train.py [-h] --scale SCALE\n"
        "| train.py: error: the following arguments are required: --scale\n"
    )


def test_required_arguments_that_a_trial_reads_end_the_search_after_the_first(
    cli: Cli, template: Template
) -> None:
    template(parsed(), "train.py")
    status, _, err = cli("run", "train.py", "--max-evals", "4", "--", "--scale", "wide")
    assert status == 3
    assert "argparse: argument --scale: invalid float value: 'wide'; the arguments are: --scale wide\n" in err
    assert "-- ARGS" not in err
    assert "train.py: error: argument --scale: invalid float value: 'wide'\n" in err
    assert "stopped: the other trials would fail for the same reason\n" in err
    # The corrected command begins anew.
    status, _, err = cli("run", "train.py", *SET, "1", "--", "--scale", "4")
    assert (
        status,
        "no trial in train.study succeeded, so this corrected search starts a new study" in err,
    ) == (
        0,
        True,
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("import sys\n\nloss = RATE * int(sys.argv[1])\n", 3, id="an item of sys.argv"),
        pytest.param(
            "from sys import argv\n\ndef width():\n    return argv[2]\n\nloss = RATE * int(width())\n",
            4,
            id="in a function, by another name",
        ),
        pytest.param(
            "import sys\nargs = sys.argv[1:]\nrate = RATE\nif rate < 2:\n    data, = args\nloss = rate\n",
            5,
            id="the rest of it, unpacked",
        ),
    ],
)
def test_an_argument_that_a_trial_takes_from_argv_ends_the_search_after_the_first(
    cli: Cli, template: Template, text: str, place: int
) -> None:
    template(text.replace("RATE", "{{uniform(0, 1)}}"), "train.py")
    status, _, err = cli("run", "train.py", "--max-evals", "4", "--objective", "loss:min")
    assert (status, "stopped: the other trials would fail for the same reason\n" in err) == (3, True)
    assert (
        "the template reads more arguments than it was given; give arguments as in: "
        f"hypertemplate run train.py -- ARGS (train.py:{place})\n"
    ) in err


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("[][len(sys.argv)]", id="an item of another list"),
        pytest.param("[sys.argv[0]][1]", id="an item of a list with the name of the file"),
        pytest.param("int(sys.argv[0])", id="a text that is no number"),
    ],
)
def test_an_error_beside_argv_says_nothing_of_arguments(cli: Cli, template: Template, line: str) -> None:
    template(f"import sys\nloss = {{{{uniform(0, 1)}}}}\nvalue = {line}, loss\n", "train.py")
    status, _, err = cli("run", "train.py", "--max-evals", "1", "--objective", "loss:min")
    assert (status, "Error: " in err, "-- ARGS" in err) == (3, True, False)


def test_one_trial_has_arguments_too(cli: Cli, template: Template) -> None:
    template(parsed(), "train.py")
    status, out, _ = cli("try", "train.py", "--set", "error=0.5", "--", "--scale", "8")
    assert (status, out.startswith("['train.py', '--scale', '8']\n")) == (0, True)
    assert "error 4, minimised\n" in out


def test_a_failed_trial_runs_again_with_the_arguments_of_the_study(cli: Cli, template: Template) -> None:
    text = parsed().replace("    print(sys.argv)\n", "    print(sys.argv, 1 / (args.scale - 4))\n")
    template(text, "train.py")
    assert cli("run", "train.py", *SET, "1", "--", "--scale", "4").status == 3
    status, _, err = cli("retry", "train.study", "0")
    assert status == 3
    assert "| ['train.py', '--scale', '4']" not in err
    assert "ZeroDivisionError: " in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ("run", "train.py", "more"),
            "error: unexpected argument 'more': put the program's own arguments after --",
            id="an argument without dashes before it",
        ),
        pytest.param(
            ("train.py", "--max-evals", "3"),
            "error: train.py is not a command; to search it, run: hypertemplate run train.py --max-evals 3\n",
            id="a file in place of a command",
        ),
        pytest.param(
            ("missing.ipynb",),
            "error: missing.ipynb is not a command; to search it, run: hypertemplate run missing.ipynb\n",
            id="a file that is not there",
        ),
        pytest.param(("serach", "train.py"), "error: no such command 'serach'", id="no file"),
    ],
)
def test_what_the_command_line_does_not_understand(
    cli: Cli, template: Template, arguments: tuple[str, ...], said: str
) -> None:
    template(parsed(), "train.py")
    status, _, err = cli(*arguments)
    assert status == 2
    assert err.startswith(said)


def test_an_option_of_the_template_in_front_of_the_dashes_draws_advice(cli: Cli) -> None:
    for command in ("run", "try"):
        err = cli(command, "train.py", "--width", "3").err
        assert err.startswith("error: no such option --width; ")
        assert "; put the program's own arguments after -- (see " in err


OPTIONS = {
    "argparse": """
import argparse
p = argparse.ArgumentParser()
p.add_argument("--epochs", "-e", type=int, default=2)
p.add_argument("--learning-rate", "-l", type=float, default={{uniform(0, 1, name="lr")}})
loss = p.parse_args().learning_rate
""",
    "a variable": """
import argparse
LR = {{uniform(0, 1, name="lr")}}
p = argparse.ArgumentParser()
p.add_argument("--epochs", "-e", type=int, default=2)
p.add_argument("--learning-rate", "-l", type=float, default=LR)
loss = p.parse_args().learning_rate
""",
    "set_defaults": """
import argparse
p = argparse.ArgumentParser()
p.add_argument("--epochs", "-e", type=int, default=2)
p.add_argument("--learning-rate", "-l", type=float)
p.set_defaults(learning_rate={{uniform(0, 1, name="lr")}})
loss = p.parse_args().learning_rate
""",
    "dest": """
import argparse
p = argparse.ArgumentParser()
p.add_argument("-e", type=int, default=2)
p.add_argument("-l", "--learning-rate", dest="rate", type=float)
p.set_defaults(rate={{uniform(0, 1, name="lr")}})
loss = p.parse_args().rate
""",
    "click": """
import click
@click.command()
@click.option("--epochs", "-e", default=2)
@click.option("--learning-rate", "-l", default={{uniform(0, 1, name="lr")}})
def main(epochs, learning_rate):
    print(learning_rate)
loss = main(standalone_mode=False)
""",
    "typer": """
import typer
def main(epochs: int = 2, learning_rate: float = typer.Option({{uniform(0, 1, name="lr")}}, "--learning-rate", "-l")):
    print(learning_rate)
loss = typer.run(main)
""",
    "absl": """
from absl import app, flags
flags.DEFINE_integer("epochs", 2, "epochs")
flags.DEFINE_float("learning_rate", {{uniform(0, 1, name="lr")}}, "rate")
loss = flags.FLAGS.learning_rate
""",
    "a parameter of fire": """
import fire
def main(epochs=2, *, learning_rate={{uniform(0, 1, name="lr")}}):
    return learning_rate
loss = fire.Fire(main)
""",
    "a field of transformers": """
import dataclasses
import transformers
@dataclasses.dataclass
class Args:
    epochs: int = 2
    learning_rate: float = {{uniform(0, 1, name="lr")}}
loss, = transformers.HfArgumentParser(Args).parse_args_into_dataclasses()
""",
}


@pytest.mark.parametrize("command", ["run", "try"])
@pytest.mark.parametrize(
    ("how", "arguments", "written"),
    [
        pytest.param("argparse", ["--learning-rate", "0.9"], "--learning-rate", id="a long option"),
        pytest.param("argparse", ["-e", "3", "--learning-rate=0.9"], "--learning-rate", id="with its value"),
        pytest.param("argparse", ["--learn", "0.9"], "--learn", id="abbreviated"),
        pytest.param("argparse", ["-l", "0.9"], "-l", id="a short option"),
        pytest.param("argparse", ["-l0.9"], "-l", id="a short option with its value"),
        *(
            pytest.param(how, ["--learning-rate", "0.9"], "--learning-rate", id=how)
            for how in ("a variable", "set_defaults", "dest", "click", "typer", "a parameter of fire")
        ),
        pytest.param("absl", ["--learning_rate=0.9"], "--learning_rate", id="absl"),
        pytest.param("absl", ["-learning_rate=0.9"], "-learning_rate", id="one dash of absl"),
        pytest.param("a field of transformers", ["--learning_rate", "9"], "--learning_rate", id="a field"),
    ],
)
def test_an_argument_in_the_place_of_a_marked_default_is_refused(
    cli: Cli, template: Template, command: str, how: str, arguments: list[str], written: str
) -> None:
    template(OPTIONS[how], "train.py")
    ran = cli(command, "train.py", "--", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert f"error: {written} is given after --, so the marked default of " in ran.err
    assert ran.err.endswith("leave it out, or give lr one value with --set lr=VALUE\n")


@pytest.mark.parametrize("arguments", [[], ["--", "--epochs", "3"]], ids=["none", "another option"])
def test_a_marked_default_is_searched(cli: Cli, template: Template, arguments: list[str]) -> None:
    template(OPTIONS["argparse"], "train.py")
    ran = cli("run", "train.py", "--objective", "loss", "--set", "lr=0.25", "--max-evals", "1", *arguments)
    assert (ran.status, ran.out.partition("\n")[0]) == (0, "best of 1 trial: trial 0, loss 0.25, minimised")


@pytest.mark.parametrize("how", OPTIONS)
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="none"),
        pytest.param(["--epochs", "3"], id="another option"),
        pytest.param(["-e", "3"], id="another short option"),
        pytest.param(["--e", "3"], id="another one abbreviated"),
        pytest.param(["--", "--learning-rate"], id="what is no option"),
        pytest.param(["learning-rate", "l"], id="values"),
    ],
)
def test_other_arguments_leave_marked_defaults_alone(how: str, arguments: list[str]) -> None:
    options = compile_source(Source((Part("file", "train.py", OPTIONS[how]),), "train.py")).marked_options
    assert {option.label for option in options} == {"lr"}
    assert not any(given(option, arguments) for option in options)


@pytest.mark.parametrize("option", ["--minimize", "--minimise", "--no-maximize"])
def test_who_asks_for_the_lowest_is_not_sent_to_the_highest(cli: Cli, option: str) -> None:
    assert cli("run", "train.py", option).err == (
        f"error: no such option {option}: the search minimises by default; "
        "a number that has a name is minimised with --objective NAME:min (see hypertemplate run --help)\n"
    )


@pytest.mark.parametrize(
    ("option", "meant"),
    [
        pytest.param("--worker", "--workers", id="a letter is missing"),
        pytest.param("--max-eval", "--max-evals", id="of two words"),
        pytest.param("--trial", "--trial-timeout", id="the first word alone"),
    ],
)
def test_an_option_that_is_almost_one_draws_the_one_that_is_meant(cli: Cli, option: str, meant: str) -> None:
    err = cli("run", "train.py", option, "3").err
    assert err.startswith(f"error: no such option {option}: did you mean {meant}? (see ")
