"""What a user finds by the Tab key, a wrong keyword, and the options that the command and Python share."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import Any

import pytest

import hypertemplate
from hypertemplate import optim
from hypertemplate.api.options import Options
from hypertemplate.cli.commands.run import run
from hypertemplate.errors import UsageError
from hypertemplate.other_tools import ARGUMENTS
from hypertemplate.search.request import SearchRequest
from tests.api.support import Modules

DISTRIBUTIONS = (
    *("choice", "lognormal", "loguniform", "normal", "pchoice", "qlognormal", "qloguniform", "qnormal"),
    *("quniform", "randint", "uniform", "uniformint"),
)

ERRORS = (
    *("CompileError", "HypertemplateError", "LoadError", "NoModelError", "NoTrialError", "ReadError"),
    *("SharedStateError", "UntrustedError", "UsageError"),
)

TEMPLATE = """
    def data():
        x = [1, 2]
        return x

    def model(x):
        return {{uniform(0, len(x))}}
"""

ELSEWHERE = {
    "is_module": "a path names a file",
    "quiet": "of what is shown, verbose=False leaves out all",
    "arguments": "a script's arguments are the process's",
    "no_fork": "for finding faults",
    "format_": "lines for other programs",
    "suggested": "functions in memory have markers; a plain file is searched on the command line",
}
"""Options of the command that Python has in another way, or does not need."""

RENAMED = {"settings": "set", "growth": "worker_memory_growth"}


def test_the_tab_key_lists_what_users_call() -> None:
    assert dir(hypertemplate) == sorted(
        [
            *ERRORS,
            *(
                "Study",
                "__version__",
                "bayes",
                "check",
                "conditional",
                "load_study",
                "optim",
                "report",
                "space",
                "trial",
                "tune",
            ),
            *DISTRIBUTIONS,
        ]
    )
    assert dir(optim) == ["best_ensemble", "best_models", "minimize"]


def test_all_that_is_listed_is_there_in_a_fresh_process() -> None:
    code = "import hypertemplate\nfor name in dir(hypertemplate): getattr(hypertemplate, name)\nhypertemplate.optim.minimize"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_errors_of_a_search_can_be_caught_by_their_public_names(modules: Modules) -> None:
    module = modules("def model():\n    return {{uniform(0, 1)}} + 'a'\n")
    with pytest.raises(hypertemplate.NoTrialError):
        hypertemplate.tune(module.model, max_evals=1, verbose=False)
    kinds = [getattr(hypertemplate, name) for name in ERRORS]
    assert all(issubclass(kind, hypertemplate.HypertemplateError) for kind in kinds)


def test_every_option_of_the_command_is_an_argument_of_tune() -> None:
    options = {str(parameter.name) for parameter in run.params}
    arguments = {*inspect.signature(hypertemplate.tune).parameters, *Options.__annotations__}
    missing = {name for name in options if RENAMED.get(name, name) not in arguments}
    assert missing == ELSEWHERE.keys() & options


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            {"max_eval": 3}, "there is no argument max_eval: did you mean max_evals?", id="an argument"
        ),
        pytest.param({"time_out": 3}, "there is no argument time_out: did you mean timeout?", id="an option"),
        pytest.param(
            {"n_trials": 2},
            "there is no argument n_trials: did you mean max_evals?",
            id="optuna's number of trials",
        ),
        pytest.param(
            {"n_jobs": 2}, "there is no argument n_jobs: did you mean workers?", id="scikit-learn's workers"
        ),
        pytest.param(
            {"rseed": 2}, "there is no argument rseed: did you mean seed?", id="a seed as minimize has it"
        ),
        pytest.param(
            {"minimize": True},
            "there is no argument minimize: the search minimises by default; "
            "a number that has a name is minimised with objective='NAME:min'",
            id="the lowest",
        ),
        pytest.param(
            {"direction": "minimize"},
            "there is no argument direction: the search minimises by default; "
            "a number that has a name is minimised with objective='NAME:min'",
            id="optuna's direction, the lowest",
        ),
        pytest.param(
            {"direction": "maximize"},
            "there is no argument direction: did you mean maximize?",
            id="optuna's direction, the highest",
        ),
        pytest.param(
            {"sampler": 2}, "there is no argument sampler: did you mean algo?", id="optuna's algorithm"
        ),
        pytest.param(
            {"trials": 2},
            "trials must be a hyperopt.Trials, got 2: the number of trials is max_evals=2",
            id="a number of trials",
        ),
        pytest.param(
            {"trials": [{"tid": 0, "misc": {}}]},
            "trials must be a hyperopt.Trials, got a list of its documents: pass the Trials object itself, trials=trials",
            id="the documents of trials",
        ),
        pytest.param(
            {"trials": ["x" * 80]},
            "trials must be a hyperopt.Trials, got a list: write trials=Trials()",
            id="long trials",
        ),
        pytest.param({"zzz": 3}, "there is no argument zzz", id="nothing like it"),
        pytest.param(
            {"set": ["a"]}, "set must be a dict of labels and values, got ['a']", id="a list to set"
        ),
        pytest.param(
            {"points": {"a": 1}},
            "points must be a list of dicts of labels and plain values, got {'a': 1}",
            id="one point",
        ),
        pytest.param(
            {"points": [{"a": hypertemplate}]},
            f"points must be a list of dicts of labels and plain values, got [{{'a': {hypertemplate!r}}}]",
            id="a point of objects",
        ),
        pytest.param(
            {"timeout": "soon"},
            "timeout: invalid duration 'soon'; use, for example, 90s, 10m, 2h or 1h30m",
            id="no time",
        ),
        pytest.param(
            {"trial_timeout": 5},
            "trial_timeout is for trials in worker processes: give workers too, such as workers=1",
            id="an option for workers",
        ),
        pytest.param(
            {"set": {"unit": 5}},
            "set unit=5: no parameter unit; the parameters are uniform",
            id="an unknown label",
        ),
    ],
)
def test_a_wrong_argument_is_named(modules: Modules, given: dict[str, Any], message: str) -> None:
    module = modules(TEMPLATE)
    with pytest.raises(UsageError) as caught:
        hypertemplate.tune(module.model, data=module.data, verbose=False, **given)
    assert str(caught.value).splitlines()[0].startswith(message.partition(";")[0])


def test_the_signature_has_every_option_by_name() -> None:
    for call in (hypertemplate.tune, optim.minimize, optim.best_models):
        assert {"data", *Options.__annotations__} <= {*inspect.signature(call).parameters}
    assert "timeout=..." in str(inspect.signature(hypertemplate.tune))


def test_a_wrong_keyword_of_minimize_is_named(modules: Modules) -> None:
    module = modules(TEMPLATE)
    with pytest.raises(UsageError, match="there is no argument note_book_name: did you mean notebook_name"):
        optim.minimize(module.model, module.data, "tpe", 1, None, note_book_name="x")  # type: ignore[call-arg]


def test_a_seed_of_minimize_is_named_as_it_has_it(modules: Modules) -> None:
    module = modules(TEMPLATE)
    with pytest.raises(UsageError, match="there is no argument random_state: did you mean rseed"):
        optim.minimize(module.model, module.data, "tpe", 1, None, random_state=1)  # type: ignore[call-arg]


def test_the_words_of_other_tools_are_no_words_of_ours() -> None:
    names = {*inspect.signature(hypertemplate.tune).parameters, *Options.__annotations__}
    minimize = {*inspect.signature(optim.minimize).parameters, *Options.__annotations__}
    assert not ARGUMENTS.keys() & names & minimize
    assert {word for ours in ARGUMENTS.values() for word in ours} <= names | minimize


def test_options_reach_the_search(modules: Modules) -> None:
    module = modules(TEMPLATE)
    study = hypertemplate.tune(
        module.model,
        data=module.data,
        verbose=False,
        max_evals=9,
        points=[{"uniform": 1.5}, {"uniform": 0.5}],
        timeout="1h",
        patience=5,
        stop_at=0.6,
        keep_models=2,
        max_failures=3,
    )
    assert [trial.params["uniform"] for trial in study.trials] == [1.5, 0.5]
    fixed = hypertemplate.tune(
        module.model, data=module.data, verbose=False, max_evals=1, set={"uniform": 0.25}
    )
    assert fixed.best_params == {"uniform": 0.25}


def test_options_have_the_form_of_a_request() -> None:
    from hypertemplate.api.options import request_arguments

    given = request_arguments(
        {"trial_timeout": 90, "timeout": None, "worker_memory_growth": "1M", "set": {"a": "b", "c": (1, 2)}},
        hypertemplate.tune,
    )
    assert given == {
        "trial_timeout_s": 90.0,
        "timeout_s": None,
        "memory_growth_bytes": 1024**2,
        "fixed": ("a=b", "c=(1, 2)"),
    }
    assert SearchRequest(workers=1, **given).trial_timeout_s == 90.0


def test_space_and_check_print_what_the_commands_print(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    module = modules(TEMPLATE)
    hypertemplate.space(module.model, data=module.data)
    table = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in table] == [
        ["label", "distribution", "where"],
        ["uniform", "uniform(0,", "len(x))"],
    ]
    hypertemplate.check(module.model, data=module.data)
    assert capsys.readouterr().out.endswith(": 1 parameter, no problems found (nothing was run)\n")
    wrong = modules(TEMPLATE.replace("(0, len(x))", "(5, 1)"), "wrong")
    hypertemplate.check(wrong.model, data=wrong.data)
    shown = capsys.readouterr().out
    assert "error HT104: uniform() needs low < high, got low=5, high=1" in shown
    assert shown.endswith(": 1 error\n")
    hypertemplate.check(modules("def model():\n    x = {{uniform(0, 1)}}\n").model)
    assert "or name a metric of a fit with objective\n" in capsys.readouterr().out


def test_space_and_check_look_at_a_model_without_its_data(
    modules: Modules, capsys: pytest.CaptureFixture[str]
) -> None:
    module = modules("def model(x, y):\n    return {'loss': x * y * {{uniform(0, 1)}}}\n")
    hypertemplate.space(module.model)
    assert "uniform(0, 1)" in capsys.readouterr().out
    hypertemplate.check(module.model)
    shown = capsys.readouterr().out
    assert "HT004" not in shown
    assert shown.endswith(
        ": 1 parameter, no problems found (nothing was run)\n"
        "note: a search of model() also needs data=FUNCTION, which returns x and y\n"
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda model, data: hypertemplate.tune(model, data),  # type: ignore[call-arg]
            "tune() takes 1 positional argument: write data=data",
            id="data without its name",
        ),
        pytest.param(
            lambda model, data: hypertemplate.tune(model, 5),  # type: ignore[call-arg, arg-type]
            "tune() takes 1 positional argument: write the others as name=value",
            id="a number without its name",
        ),
        pytest.param(
            lambda model, data: optim.minimize(model, data, "tpe", max_eval=5, trials=None),  # type: ignore[call-arg]
            "there is no argument max_eval: did you mean max_evals?",
            id="a misspelled argument in place of one that lacks",
        ),
        pytest.param(
            lambda model, data: optim.minimize(model, data, "tpe", 5),  # type: ignore[call-arg]
            "minimize() needs trials: write trials=Trials()",
            id="no trials",
        ),
        pytest.param(
            lambda model, data: optim.minimize(model, data),  # type: ignore[call-arg]
            "minimize() needs algo, max_evals and trials: write algo=tpe.suggest, max_evals=50, trials=Trials()",
            id="several arguments that lack",
        ),
        pytest.param(
            lambda model, data: hypertemplate.tune(model=model, data=data),  # type: ignore[call-arg]
            "tune() needs template: write tune(model, ...), with the model function first and without a name",
            id="a model with its name",
        ),
        pytest.param(
            lambda model, data: hypertemplate.space(model, data),  # type: ignore[call-arg]
            "space() takes 1 positional argument: write data=data",
            id="the data of space without its name",
        ),
        pytest.param(
            lambda model, data: hypertemplate.check(model, dat=data),  # type: ignore[call-arg]
            "there is no argument dat: did you mean data?",
            id="a misspelled argument of check",
        ),
        pytest.param(
            lambda model, data: hypertemplate.tune(model, data=data, functions=data),
            "functions must be a list of functions, got function: write functions=[data]",
            id="one function in place of a list",
        ),
    ],
)
def test_arguments_that_do_not_fit_say_what_to_write(modules: Modules, call: Any, message: str) -> None:
    module = modules(TEMPLATE)
    with pytest.raises(UsageError) as raised:
        call(module.model, module.data)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda study: study.resume(max_eval=7),
            "there is no argument max_eval: did you mean max_evals?",
            id="a misspelled number of trials",
        ),
        pytest.param(
            lambda study: study.retrain(seed=3),
            "there is no argument seed: the arguments are trial, epochs and data",
            id="an argument that retrain does not have",
        ),
        pytest.param(
            lambda study: study.best_model(zzz=1),
            "there is no argument zzz: the argument is trust",
            id="an argument beside the only one",
        ),
        pytest.param(
            lambda study: study.best_model(True),
            "best_model() takes no positional argument: write trust=True",
            id="trust without its name",
        ),
        pytest.param(
            lambda study: study.model(),
            "model() needs number: write number=0",
            id="a model without its number",
        ),
        pytest.param(
            lambda study: study.values(3),
            "values() takes a trial of the study, such as study.trials[0], got 3",
            id="the number of a trial",
        ),
    ],
)
def test_arguments_of_a_study_that_do_not_fit_say_what_to_write(
    modules: Modules, call: Any, message: str
) -> None:
    module = modules(TEMPLATE)
    study = hypertemplate.tune(module.model, data=module.data, max_evals=1, verbose=False)
    with pytest.raises(UsageError) as raised:
        call(study)
    assert str(raised.value) == message
