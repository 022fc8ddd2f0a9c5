from __future__ import annotations

import inspect
import sys
from types import ModuleType
from typing import Any

import pytest

from hypertemplate.runtime.hooks.imports import ImportWatcher
from hypertemplate.runtime.hooks.keras_fit import hook, report_fits
from hypertemplate.runtime.protocol import Epoch, FitEnded, FitStarted, Go, Stop
from hypertemplate.runtime.reports.fits import Fits, TrialStopped

Message = FitStarted | Epoch | FitEnded


class Callback:
    def __init__(self) -> None:
        self.model: Any = None
        self.params: Any = None

    def set_model(self, model: Any) -> None:
        self.model = model

    def set_params(self, params: Any) -> None:
        self.params = params

    def on_train_begin(self, logs: Any = None) -> None: ...

    def on_test_end(self, logs: Any = None) -> None: ...

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None: ...

    def on_train_end(self, logs: Any = None) -> None: ...


class CallbackList:
    def __init__(self, callbacks: Any, model: Any = None, params: Any = None) -> None:
        self.callbacks = list(callbacks)
        self.params = params
        for callback in self.callbacks:
            callback.set_model(model)
            callback.set_params(params)


def keras() -> Any:
    """A Keras in a few lines, with the callbacks of a real one."""

    class Model:
        stop_training = False

        def fit(self, x: Any = None, epochs: int = 1, callbacks: Any = None) -> Any:
            """Train."""
            given = [callbacks] if isinstance(callbacks, Callback) else callbacks
            if not isinstance(callbacks, CallbackList):
                callbacks = CallbackList(given or [], model=self, params={"epochs": epochs})
            self.stop_training = False
            for callback in callbacks.callbacks:
                callback.on_train_begin()
            epoch = 0
            for epoch in range(epochs):
                if x == "bad":
                    raise ValueError("bad data")
                logs = {"loss": 1.0 / (epoch + 1)}
                if x == "validated":
                    logs |= {"val_loss": self.evaluate(callbacks)["loss"]}
                for callback in callbacks.callbacks:
                    callback.on_epoch_end(epoch, logs)
                if self.stop_training:
                    break
            for callback in callbacks.callbacks:
                callback.on_train_end()
            return epoch + 1, [type(callback).__name__ for callback in callbacks.callbacks]

        def evaluate(self, callbacks: Any) -> Any:
            """Evaluate."""
            logs = {"loss": 0.5}
            for callback in callbacks.callbacks:
                callback.on_test_end(logs)
            return logs

    module: Any = ModuleType("keras")
    module.Model = Model
    module.callbacks = ModuleType("keras.callbacks")
    module.callbacks.Callback = Callback
    module.callbacks.CallbackList = CallbackList
    return module


class Trial:
    """A running trial and the driver behind it."""

    def __init__(self, stop_at: tuple[Message, ...] = ()) -> None:
        self.heard: list[Message] = []
        self._stop_at = stop_at
        self.fits: Fits | None = Fits(self._ask)

    def _ask(self, message: Message) -> Go | Stop:
        self.heard.append(message)
        return Stop() if message in self._stop_at else Go()

    def current(self) -> Fits | None:
        return self.fits


WHOLE = [FitStarted(0, 2), Epoch(0, 0, {"loss": 1.0}), Epoch(0, 1, {"loss": 0.5}), FitEnded(0, 2)]


class Mine(Callback):
    """The user's callback."""


@pytest.mark.parametrize(
    ("arguments", "names", "callbacks"),
    [
        pytest.param((), {"epochs": 2}, ["Reporter"], id="none"),
        pytest.param((), {"epochs": 2, "callbacks": []}, ["Reporter"], id="an empty list"),
        pytest.param(
            (), {"epochs": 2, "callbacks": [Mine(), Mine()]}, ["Mine", "Mine", "Reporter"], id="a list"
        ),
        pytest.param((), {"epochs": 2, "callbacks": (Mine(),)}, ["Mine", "Reporter"], id="a tuple"),
        pytest.param((), {"epochs": 2, "callbacks": Mine()}, ["Mine", "Reporter"], id="a single one"),
        pytest.param((None, 2, [Mine()]), {}, ["Mine", "Reporter"], id="by position"),
    ],
)
def test_ours_comes_last_however_callbacks_are_given(
    arguments: tuple[Any, ...], names: dict[str, Any], callbacks: list[str]
) -> None:
    module, trial = keras(), Trial()
    hook(module, trial.current)
    assert module.Model().fit(*arguments, **names) == (2, callbacks)
    assert trial.heard == WHOLE


def test_the_users_own_list_is_not_changed() -> None:
    module, mine = keras(), [Mine()]
    hook(module, Trial().current)
    module.Model().fit(callbacks=mine)
    module.Model().fit(callbacks=mine)
    assert len(mine) == 1


def test_a_callback_list_that_is_ready_made_serves_twice() -> None:
    module, trial = keras(), Trial()
    hook(module, trial.current)
    model = module.Model()
    ready = CallbackList([Mine()], model=model, params={"epochs": 2})
    assert model.fit(epochs=2, callbacks=ready) == (2, ["Mine", "Reporter"])
    with pytest.raises(ValueError, match="bad data"):
        model.fit("bad", callbacks=ready)
    assert len(ready.callbacks) == 1
    assert trial.heard == [*WHOLE, FitStarted(1, 2)]


def test_a_callback_list_without_parameters_leaves_the_epochs_unknown() -> None:
    module, trial = keras(), Trial()
    hook(module, trial.current)
    module.Model().fit(epochs=1, callbacks=CallbackList([]))
    assert trial.heard[0] == FitStarted(0, None)


def test_stop_ends_the_fit_after_its_epoch_and_the_trial_at_the_next_fit() -> None:
    module, trial = keras(), Trial(stop_at=(Epoch(0, 1, {"loss": 0.5}),))
    hook(module, trial.current)
    assert module.Model().fit(epochs=9)[0] == 2
    with pytest.raises(TrialStopped):
        module.Model().fit(epochs=9)
    assert trial.fits is not None
    assert trial.fits.stopped is not None


def test_stop_at_the_start_ends_the_fit_after_its_first_epoch() -> None:
    module, trial = keras(), Trial(stop_at=(FitStarted(0, 9),))
    hook(module, trial.current)
    assert module.Model().fit(epochs=9)[0] == 1


def test_outside_a_trial_nothing_is_added() -> None:
    module, trial = keras(), Trial()
    trial.fits = None
    hook(module, trial.current)
    assert module.Model().fit(epochs=2, callbacks=[Mine()]) == (2, ["Mine"])


def test_a_fit_that_outlives_its_trial_goes_on_unreported() -> None:
    module, trial = keras(), Trial()
    hook(module, trial.current)

    class Ends(Callback):
        def on_train_begin(self, logs: Any = None) -> None:
            assert trial.fits is not None
            trial.fits.close()

    assert module.Model().fit(epochs=3, callbacks=[Ends()])[0] == 3
    assert trial.heard == []


def test_a_model_that_overrides_fit_reports_through_its_parents() -> None:
    module, trial = keras(), Trial()
    hook(module, trial.current)

    class Mine(module.Model):  # type: ignore[misc,name-defined]
        def fit(self, data: Any) -> Any:
            return super().fit(data, epochs=2)

    class Alone(module.Model):  # type: ignore[misc,name-defined]
        def fit(self) -> str:
            return "own loop"

    assert Mine().fit(None) == (2, ["Reporter"])
    assert Alone().fit() == "own loop"
    assert trial.heard == WHOLE


def test_fit_looks_as_before_and_refuses_what_it_refused() -> None:
    module = keras()
    before = inspect.signature(module.Model.fit)
    hook(module, Trial().current)
    hooked = module.Model.fit
    hook(module, Trial().current)
    assert module.Model.fit is hooked
    assert (hooked.__name__, hooked.__doc__, inspect.signature(hooked)) == ("fit", "Train.", before)
    with pytest.raises(TypeError, match=r"Model\.fit\(\) got an unexpected keyword argument 'epocs'"):
        module.Model().fit(epocs=3)


@pytest.mark.parametrize("name", ["keras", "tf_keras"])
def test_either_keras_is_hooked_when_it_is_imported(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, trial = keras(), Trial()
    monkeypatch.setitem(sys.modules, name, module)
    report_fits(ImportWatcher(), trial.current)
    module.Model().fit(epochs=2)
    assert trial.heard == WHOLE


def test_a_package_of_the_users_that_is_called_keras_is_left_alone() -> None:
    module = ModuleType("keras")
    hook(module, Trial().current)
    assert not hasattr(module, "Model")


class Weights:
    """Stands for `EpochWeights`."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, dict[str, float], str]] = []

    def fit_started(self, *, exchanged: bool) -> None:
        self.exchanged = exchanged

    def evaluated(self, model: Any) -> None: ...

    def epoch_ended(
        self, model: Any, epoch: int, metrics: dict[str, float], names: object, moment: str
    ) -> None:
        self.heard.append((epoch, metrics, moment))

    def fit_ended(self, model: Any) -> None: ...


class Scoring(Callback):
    """Adds a metric of the user's own."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        logs["val_f1"] = epoch / 4


def test_weights_are_copied_by_metrics_that_callbacks_add_too() -> None:
    module, trial, weights = keras(), Trial(), Weights()
    trial.fits = Fits(lambda message: Go(), weights)  # type: ignore[arg-type]
    hook(module, trial.current)
    module.Model().fit("validated", epochs=2, callbacks=[Scoring()])
    assert weights.heard == [
        (0, {"val_loss": 0.5}, "validated"),
        (0, {"loss": 1.0}, "trained"),
        (0, {"val_f1": 0.0}, "added"),
        (1, {"val_loss": 0.5}, "validated"),
        (1, {"loss": 0.5}, "trained"),
        (1, {"val_f1": 0.25}, "added"),
    ]


def averaged(model_class: Any) -> Any:
    """A model that is evaluated with other weights."""

    class Averaged(model_class):  # type: ignore[misc]
        def evaluate(self, callbacks: Any) -> Any:
            return super().evaluate(callbacks)

    return Averaged()


def patched(model_class: Any) -> Any:
    """A model whose method was replaced."""
    model = model_class()
    model.evaluate = lambda callbacks: model_class.evaluate(model, callbacks)
    return model


@pytest.mark.parametrize(
    ("made", "options", "exchanged"),
    [
        pytest.param(lambda kind: kind(), {}, False, id="a plain fit"),
        pytest.param(lambda kind: kind(), {"callbacks": []}, False, id="no callbacks"),
        pytest.param(lambda kind: kind(), {"callbacks": [Mine()]}, True, id="a callback"),
        pytest.param(lambda kind: kind(), {"callbacks": Mine()}, True, id="a callback without a list"),
        pytest.param(lambda kind: kind(), {"callbacks": CallbackList([])}, True, id="a list of Keras's"),
        pytest.param(averaged, {}, True, id="an evaluate of its own"),
        pytest.param(patched, {}, True, id="an evaluate that was replaced"),
    ],
)
def test_weights_are_looked_at_again_where_something_may_exchange_them(
    made: Any, options: Any, exchanged: bool
) -> None:
    module, trial, weights = keras(), Trial(), Weights()
    trial.fits = Fits(lambda message: Go(), weights)  # type: ignore[arg-type]
    hook(module, trial.current)
    made(module.Model).fit("validated", **options)
    assert weights.exchanged is exchanged
