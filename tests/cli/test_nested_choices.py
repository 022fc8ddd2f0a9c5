"""A choice in a choice: user code, `space`, the study, its table and hyperopt's documents say the same."""

from __future__ import annotations

import json
from pathlib import Path

from hyperopt import Trials

import hypertemplate
from hypertemplate import optim
from hypertemplate.utils import eval_hyperopt_space
from tests.api.support import Modules, modules

from .conftest import Cli, Template

__all__ = ["modules"]

TEXT = """
    import json
    from hypertemplate import trial

    def model():
        depth = {{choice([choice([10, 20]), 3])}}
        kind = {{pchoice([(0.7, choice([choice(['a', 'b']), uniform(0, 1)])), (0.3, 'c')])}}
        sizes = [{{choice([choice([1, 2]), quniform(4, 9, 1)])[i]}} for i in range(2)]
        read = {'depth': depth, 'kind': kind, 'sizes[0]': sizes[0], 'sizes[1]': sizes[1]}
        seen = {'read': read, 'params': dict(trial.params), 'space': dict(space)}
        with open(trial.folder / 'seen.json', 'w') as file:
            json.dump(seen, file)
        return {'loss': float(len(trial.params)), 'seen': seen}
"""


def test_everyone_sees_the_same_values(cli: Cli, template: Template, here: Path) -> None:
    ran = cli("run", template(TEXT), "--max-evals", "20", "--algo", "random")
    assert ran.status == 0
    shown = json.loads(cli("show", "model.study", "--format", "json").out)["trials"]
    assert len(shown) == 20
    study = hypertemplate.load_study("model.study")
    depths = set()
    for trial, row in zip(study.trials, shown, strict=True):
        seen = json.loads((here / "model.study" / "trials" / f"{trial.number:04}" / "seen.json").read_text())
        assert seen["params"] == seen["space"] == study.values(trial) == row["params"]
        assert seen["read"].items() <= seen["params"].items()
        depths.add(len(seen["params"]))
    assert len(depths) > 3, "choices of several depths were drawn"
    assert study.best_params == shown[study.best_trial.number]["params"]


def test_hyperopts_documents_decode_to_the_same_values(modules: Modules) -> None:
    trials = Trials()
    model = modules(TEXT).model
    study = hypertemplate.tune(model, max_evals=20, algo="random", trials=trials, verbose=False)
    *_, space = optim.minimize(model, None, "random", 20, trials, verbose=False, return_space=True)
    for trial, document in zip(study.trials, trials.trials, strict=True):
        seen = document["result"]["seen"]
        assert eval_hyperopt_space(space, document["misc"]["vals"]) == seen["read"]
        assert seen["params"] == seen["space"] == study.values(trial)
