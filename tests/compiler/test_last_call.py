"""The call with which a script ends, and the name of the number that it returns."""

from __future__ import annotations

import pytest

from hypertemplate.compiler.program import LastCall
from tests.compiler.support import compiled, reasons

U = "{{uniform(0, 1)}}"
GUARD = "if __name__ == '__main__':\n"


def last_call(text: str) -> LastCall | None:
    """The last call of a template in which ``main`` reads a marker."""
    return compiled(f"import sys\nfrom absl import app\nRATE = {U}\n{text}").script.last_call


def main(*lines: str) -> str:
    """A function ``main`` of these lines."""
    return "".join(["def main(x=RATE):\n", *(f"    {line}\n" for line in lines)])


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("main()", id="a call"),
        pytest.param("sys.exit(main())", id="handed to exit"),
        pytest.param("raise SystemExit(main())", id="handed to SystemExit"),
        pytest.param("app.run(main)", id="run by a library"),
        pytest.param("y = main()", id="its result has a name"),
        pytest.param("print(main())", id="its result is printed"),
        pytest.param("class Own:\n    y = RATE\nown = Own()\nmain()", id="below an object without arguments"),
        pytest.param("main(); print(RATE)", id="before what only shows something"),
        pytest.param("x = RATE * 2; main(x)", id="below assignments"),
        pytest.param(
            "def load():\n    return {'rate': 1}\ncfg = load()\ncfg['rate'] *= RATE\nsys.exit(main(cfg))",
            id="below what makes an object that a trial changes",
        ),
        pytest.param(f"{GUARD}    main()", id="in the main part"),
        pytest.param("try:\n    main()\nexcept KeyboardInterrupt:\n    print('stopped')", id="in a try"),
        pytest.param("for x in range(2):\n    main(x)", id="in a loop"),
    ],
)
def test_the_last_call_of_a_script(call: str) -> None:
    assert last_call(main("return -x") + call + "\n") == LastCall("main", "main", ("x",))


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("go()", id="a call"),
        pytest.param("sys.exit(go())", id="handed to exit"),
        pytest.param("raise SystemExit(go())", id="handed to SystemExit"),
        pytest.param("app.run(go)", id="run by a library"),
    ],
)
def test_the_last_call_of_a_script_whose_function_has_another_name(call: str) -> None:
    assert last_call(f"def go():\n    return -RATE\n{call}\n") == LastCall("go", "go")


@pytest.mark.parametrize(
    ("commands", "number"),
    [
        pytest.param("@cli.command()\ndef train(n):\n    loss = n * RATE\n    return loss\n", "loss", id="a command"),
        pytest.param("@click.command()\ndef train(n):\n    return n * RATE\ncli.add_command(train)\n", "train", id="a command that is added"),
        pytest.param(
            "@cli.group\ndef sub(n):\n    pass\n@sub.command\ndef train(n):\n    return RATE\n@cli.command()\ndef show(n):\n    print(n)\n",
            "RATE",
            id="a group in the group",
        ),
        pytest.param("@cli.command()\ndef a(n):\n    return RATE\n@cli.command()\ndef b(n):\n    return n * RATE\n", "", id="two numbers"),
    ],
)  # fmt: skip
def test_a_group_of_commands_ends_with_one_of_them(commands: str, number: str) -> None:
    text = f"import click\n@click.group()\ndef cli(verbose):\n    print(RATE)\n{commands}cli()\n"
    assert last_call(text) == LastCall("cli", number, ("verbose", "n"))


def test_a_main_function_hands_over_to_a_command() -> None:
    commands = "def train(n):\n    loss = n * RATE\n    return loss\ndef show(m):\n    pass\n"
    body = ("p = x", "p.set_defaults(other=1, run=train)", "p.set_defaults(run=show)", "p.run(p)")
    assert last_call(f"{commands}{main(*body)}main()\n") == LastCall("main", "loss", ("x", "n", "m"))
    others = main("dict(run=train)", "p = x.set(run=train)")
    assert last_call(f"{commands}{others}main()\n") == LastCall("main", "", ("x",))


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("main(); other()", id="two calls"),
        pytest.param("net = other()\nmain(net)", id="a call of another function before it"),
        pytest.param("net = alike(RATE)\nmain(net)", id="a marker's value for another function before it"),
        pytest.param("for net in alike(1), RATE:\n    pass\nmain(net)", id="a loop before it"),
        pytest.param("net = dict(x=RATE)\nnet.fit(x)\nmain(net)", id="a fit before it"),
        pytest.param("loss = RATE", id="no call"),
        pytest.param("y = other()", id="a call of a function of another name, whose result has a name"),
        pytest.param("sys.exit(3 if RATE else 4)", id="an exit without it"),
        pytest.param("sys.exit(len)", id="an exit with another function"),
    ],
)
def test_a_script_that_does_more_has_none(rest: str) -> None:
    text = (
        "x = 0\n"
        + main("return -x")
        + "def other():\n    return RATE\ndef alike(x):\n    return x\n"
        + rest
        + "\n"
    )
    assert last_call(text) is None


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        pytest.param(["acc = x", "return acc"], "acc", id="a variable"),
        pytest.param(["acc = x", "return float(acc)"], "acc", id="a variable as a number"),
        pytest.param(["acc = x", "return acc.item()"], "acc", id="a variable out of a tensor"),
        pytest.param(["return 1 - x"], "main", id="an expression"),
        pytest.param(["return {'loss': x}"], "loss", id="a dict with a loss"),
        pytest.param(["found = {'loss': x}", "return found"], "loss", id="a variable with such a dict"),
        pytest.param(["if x:", "    return", "return x"], "x", id="nothing, or a variable"),
        pytest.param(["y = x", "if x:", "    return y", "return x"], "main", id="one of two variables"),
        pytest.param(["return other(x)"], "error", id="what another function returns"),
        pytest.param(["return main(x)"], "", id="what it returns itself"),
        pytest.param(["if x < 0:", "    return 0", "return x"], "x", id="an exit status, or a variable"),
        pytest.param(["return 0"], "", id="an exit status"),
        pytest.param(["print(x)"], "", id="nothing"),
        pytest.param(["return net.fit(x)"], "", id="a history"),
        pytest.param(["h = net.fit(x)", "return h"], "", id="a variable with a history"),
        pytest.param(["return x, x"], "", id="two values"),
        pytest.param(["return dict()"], "main", id="a dict that is known later"),
    ],
)
def test_the_name_of_the_number_that_it_returns(lines: list[str], number: str) -> None:
    other = "net = dict()\ndef other(x):\n    error = x\n    return error\n"
    assert last_call(other + main(*lines) + "main()\n") == LastCall("main", number, ("x",))


def test_a_model_function_is_none() -> None:
    assert compiled(f"def model():\n    return {{'loss': {U}}}\nmodel()\n").script.last_call is None


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        pytest.param(
            "rows = numpy.loadtxt('rows.csv')", "; main() reloads its data in each trial", id="that loads"
        ),
        pytest.param("rows = [1, 2]", "", id="that loads nothing"),
    ],
)
def test_an_explanation_says_that_a_main_function_loads_in_each_trial(line: str, remark: str) -> None:
    found = reasons(f"import numpy\ndef main():\n    {line}\n    return {U} * rows[0]\nmain()\n")
    assert found[-1] == f"it uses 'main', which is made for each trial (line 2){remark}"


def test_an_explanation_says_why_a_builder_is_not_the_model() -> None:
    text = f"def create_model():\n    return [{U}]\nnet = create_model()\n"
    assert reasons(text)[0] == "contains a marker; it returns no loss, so the file is searched as a script"
