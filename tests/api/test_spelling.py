"""Messages in the spelling of Python, whatever part of the package wrote them."""

from __future__ import annotations

import pytest

import hypertemplate
from hypertemplate.api.options import as_argument
from hypertemplate.errors import NoTrialError, as_option, respelled

from .support import Modules


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("unless --max-evals N says", "unless max_evals=N says", id="a number"),
        pytest.param("reached --stop-at -0.5; more", "reached stop_at=-0.5; more", id="a fraction"),
        pytest.param("or use --maximize", "or use maximize=True", id="a flag"),
        pytest.param("--no-jit helps", "jit=False helps", id="a negative flag"),
        pytest.param("--jit has no effect: x", "jit=True has no effect: x", id="a flag before a verb"),
        pytest.param("--per-gpu has no effect", "per_gpu has no effect", id="an option before a verb"),
        pytest.param("such as --objective acc:max", "such as objective='acc:max'", id="a direction"),
        pytest.param("as --objective NAME:min", "as objective='NAME:min'", id="a direction to fill in"),
        pytest.param("with --objective NAME", "with objective='NAME'", id="a name to fill in"),
        pytest.param("choose one: --model make", "choose one: model='make'", id="a function"),
        pytest.param(
            "--workers 2 or --workers auto starts", "workers=2 or workers='auto' starts", id="two of them"
        ),
        pytest.param("--point or another --algo", "points or another algo", id="another name in Python"),
        pytest.param(
            "run: hypertemplate run a.py --max-evals 3",
            "run: hypertemplate run a.py --max-evals 3",
            id="a command",
        ),
        pytest.param(
            "pip install --force-reinstall torch", "pip install --force-reinstall torch", id="pip's"
        ),
        pytest.param("needs --device=/dev/kfd", "needs --device=/dev/kfd", id="docker's"),
    ],
)
def test_options_in_messages_are_arguments_in_python(text: str, expected: str) -> None:
    assert respelled(text, as_argument) == expected
    assert respelled(text, as_option) == text


def test_no_message_of_a_search_in_python_speaks_of_options(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    user = modules(
        "def model():\n    x = {{uniform(0, 1)}}\n    result = dict(val_accuracy=x)\n    return result\n"
        "def wrong():\n    x = {{uniform(0, 1)}}\n    raise ValueError('--max-evals 3')\n"
    )
    with pytest.raises(NoTrialError, match=r"search by another entry: objective='val_accuracy:max'"):
        hypertemplate.tune(user.model)
    err = capsys.readouterr().err
    assert "note: running 50 trials, the default; change it with max_evals=N\n" in err
    assert "--" not in err
    with pytest.raises(NoTrialError, match="--max-evals 3"):
        hypertemplate.tune(user.wrong, max_evals=1, verbose=False)
