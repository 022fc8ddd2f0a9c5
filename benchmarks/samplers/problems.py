"""Problems on which samplers are compared: those that are reported, and others by which settings were chosen.

Both lists were written before any setting was tried. A problem has a space in hypertemplate's form and a loss
of a point; a loss that cannot be computed is None. ``NOISY`` problems train networks from other weights each
time: what is found there is judged by training it again.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hypertemplate.compiler.markers.search_space import Dimension, Option

Point = Mapping[str, Any]
"""Values by label: of a choice the option, else a number."""


@dataclass(frozen=True)
class Problem:
    """A function to minimise.

    Attributes:
        name: name.
        space: dimensions.
        loss: loss of a point, given a generator for the noise; None for a failure.
        is_real: whether it trains a model.
        is_noisy: whether the loss of a point differs from time to time.
    """

    name: str
    space: tuple[Dimension, ...]
    loss: Callable[[Point, np.random.Generator], float | None] = field(repr=False)
    is_real: bool = False
    is_noisy: bool = False


def uniform(label: str, low: float, high: float, parent: tuple[str, int] | None = None) -> Dimension:
    return Dimension(label, "uniform", {"low": low, "high": high}, parent=parent)


def log(label: str, low: float, high: float, parent: tuple[str, int] | None = None) -> Dimension:
    return Dimension(label, "loguniform", {"low": math.log(low), "high": math.log(high)}, parent=parent)


def whole(label: str, low: int, high: int, parent: tuple[str, int] | None = None) -> Dimension:
    return Dimension(label, "uniformint", {"low": low, "high": high}, integral=True, parent=parent)


def log_whole(label: str, low: int, high: int, parent: tuple[str, int] | None = None) -> Dimension:
    numbers = {"low": math.log(low), "high": math.log(high), "q": 1}
    return Dimension(label, "qloguniform", numbers, integral=True, parent=parent)


def choice(label: str, *options: object, parent: tuple[str, int] | None = None) -> Dimension:
    made = tuple(Option(repr(option), literal=True) for option in options)
    return Dimension(label, "choice", {}, options=made, integral=True, parent=parent)


def cube(count: int, low: float = 0.0, high: float = 1.0) -> tuple[Dimension, ...]:
    return tuple(uniform(f"x{i}", low, high) for i in range(count))


def _exact(function: Callable[[Point], float | None]) -> Callable[[Point, np.random.Generator], float | None]:
    return lambda point, random: function(point)


def _noisy(
    function: Callable[[Point], float | None], deviation: float
) -> Callable[[Point, np.random.Generator], float | None]:
    def loss(point: Point, random: np.random.Generator) -> float | None:
        exact = function(point)
        return None if exact is None else exact + deviation * float(random.standard_normal())

    return loss


def _array(point: Point) -> Any:
    return np.array([value for _, value in sorted(point.items(), key=lambda item: int(item[0][1:]))])


# Reported: classic.


def branin(point: Point) -> float:
    x, y = point["x0"], point["x1"]
    bowl = (y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6) ** 2
    return bowl + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10 - 0.39788735772973816


_H6_A = np.array(
    [
        [10, 3, 17, 3.5, 1.7, 8],
        [0.05, 10, 17, 0.1, 8, 14],
        [3, 3.5, 1.7, 10, 17, 8],
        [17, 8, 0.05, 10, 0.1, 14],
    ]
)
_H6_P = 1e-4 * np.array(
    [
        [1312, 1696, 5569, 124, 8283, 5886],
        [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650],
        [4047, 8828, 8732, 5743, 1091, 381],
    ]
)
_H_ALPHA = np.array([1.0, 1.2, 3.0, 3.2])


def hartmann6(point: Point) -> float:
    x = _array(point)
    return float(3.32236801 - _H_ALPHA @ np.exp(-np.sum(_H6_A * (x - _H6_P) ** 2, axis=1)))


# Reported: twenty labels, whose weights fall from 1 to 0.004.


def wide20(point: Point) -> float:
    best = np.random.default_rng(20).uniform(0.1, 0.9, 20)
    return float(np.sum(0.75 ** np.arange(20) * (_array(point) - best) ** 2))


# Reported: what a network's search has, with an optimum that moves with the depth.

MIXED = (
    log("rate", 1e-5, 1.0),
    choice("units", 16, 32, 64, 128, 256, 512),
    whole("layers", 1, 5),
    choice("activation", "relu", "elu", "tanh", "sigmoid"),
    uniform("dropout", 0.0, 0.8),
    choice("batch", 16, 32, 64, 128, 256),
    log("decay", 1e-7, 1e-1),
)


def mixed(point: Point) -> float:
    layers = point["layers"]
    rate = (math.log10(point["rate"]) + 3.2 - 0.25 * (layers - 3)) / 2
    width = (math.log2(point["units"]) - 7.5 + 0.5 * (layers - 3)) / 3
    bent = {"relu": 0.0, "elu": 0.006, "tanh": 0.02, "sigmoid": 0.05}[point["activation"]]
    return (
        0.1
        + 0.08 * (1 - math.exp(-(rate**2)))
        + 0.03 * width**2
        + 0.008 * abs(layers - 3)
        + bent * (1 + 0.5 * (layers > 3))
        + 0.15 * (point["dropout"] - 0.25 - 0.1 * width) ** 2
        + 0.004 * (math.log2(point["batch"]) - 5) ** 2 / 4
        + 0.006 * (math.log10(point["decay"]) + 4) ** 2 / 9
    )


# Reported: conditional, fourteen labels of which six to nine are reached.

CONDITIONAL = (
    choice("optimizer", "sgd", "adam", "rmsprop"),
    log("sgd_rate", 1e-4, 1.0, ("optimizer", 0)),
    uniform("momentum", 0.0, 0.99, ("optimizer", 0)),
    log("adam_rate", 1e-5, 1e-1, ("optimizer", 1)),
    uniform("beta", 0.8, 0.999, ("optimizer", 1)),
    log("rmsprop_rate", 1e-5, 1e-1, ("optimizer", 2)),
    choice("depth", "one", "two", "three"),
    log_whole("units_1", 16, 512, ("depth", 0)),
    log_whole("units_2a", 16, 512, ("depth", 1)),
    log_whole("units_2b", 16, 512, ("depth", 1)),
    log_whole("units_3a", 16, 512, ("depth", 2)),
    log_whole("units_3b", 16, 512, ("depth", 2)),
    log_whole("units_3c", 16, 512, ("depth", 2)),
    uniform("dropout", 0.0, 0.7),
)


def conditional(point: Point) -> float:
    match point["optimizer"]:
        case "sgd":
            step = (math.log10(point["sgd_rate"]) + 1.5 + 0.8 * point["momentum"]) / 1.5
            found = 0.03 + 0.05 * min(step**2, 2) + 0.03 * (point["momentum"] - 0.9) ** 2
        case "adam":
            step = math.log10(point["adam_rate"]) + 2.8
            found = 0.01 + 0.05 * min(step**2, 2) + 0.5 * (point["beta"] - 0.93) ** 2
        case _:
            step = math.log10(point["rmsprop_rate"]) + 3.3
            found = 0.02 + 0.05 * min(step**2, 2)
    match point["depth"]:
        case "one":
            found += 0.04 + 0.006 * (math.log2(point["units_1"]) - 8.5) ** 2
        case "two":
            first, second = math.log2(point["units_2a"]), math.log2(point["units_2b"])
            found += 0.015 + 0.004 * (first - 7.5) ** 2 + 0.003 * (second - first + 1) ** 2
        case _:
            units = [math.log2(point[f"units_3{letter}"]) for letter in "abc"]
            found += 0.01 + 0.004 * sum((a - b) ** 2 for a, b in zip(units, (8, 6.5, 5), strict=True))
    return float(found + 0.12 * (point["dropout"] - 0.3) ** 2)


# Reported: a rate too high fails, or gives up to 1e4.

FAILING = (
    log("rate", 1e-5, 10.0),
    uniform("momentum", 0.0, 0.99),
    log_whole("units", 8, 1024),
    choice("schedule", "constant", "cosine", "step"),
    uniform("warmup", 0.0, 0.5),
)


def failing(point: Point) -> float | None:
    momentum, rate = point["momentum"], math.log10(point["rate"])
    speed = rate - math.log10(1 - momentum) + 0.3 * (math.log2(point["units"]) - 7) / 3
    if speed > 0.4 + point["warmup"]:
        return None
    if speed > point["warmup"]:
        return 10 ** (4 * min(1.0, (speed - point["warmup"]) / 0.4))
    planned = {"constant": 0.02, "cosine": 0.0, "step": 0.008}[point["schedule"]]
    wide = 0.005 * (math.log2(point["units"]) - 8) ** 2
    return 0.05 + 0.04 * (speed + 0.3) ** 2 + planned + wide + 0.05 * (point["warmup"] - 0.1) ** 2


# Reported: real ones.


@functools.cache
def _data(name: str) -> tuple[Any, Any]:
    from sklearn import datasets

    return getattr(datasets, f"load_{name}")(return_X_y=True)  # type: ignore[no-any-return]


KRR = (
    choice("kernel", "rbf", "laplacian", "polynomial"),
    log("rbf_gamma", 1e-4, 10.0, ("kernel", 0)),
    log("laplacian_gamma", 1e-4, 10.0, ("kernel", 1)),
    whole("degree", 1, 5, ("kernel", 2)),
    uniform("coef0", 0.0, 3.0, ("kernel", 2)),
    log("alpha", 1e-4, 1e2),
)


def krr_diabetes(point: Point) -> float:
    from sklearn.kernel_ridge import KernelRidge
    from sklearn.model_selection import cross_val_score
    from sklearn.preprocessing import scale

    x, y = _data("diabetes")
    kernel = point["kernel"]
    more = {"degree": point["degree"], "coef0": point["coef0"]} if kernel == "polynomial" else {}
    gamma = point.get(f"{kernel}_gamma", 0.1)
    model = KernelRidge(alpha=point["alpha"], kernel=kernel, gamma=gamma, **more)
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(-np.mean(cross_val_score(model, scale(x), scale(y), scoring="neg_mean_squared_error")))


SVC = (
    choice("scaled", False, True),
    choice("kernel", "rbf", "poly", "sigmoid"),
    whole("degree", 2, 5, ("kernel", 1)),
    log("gamma", 1e-5, 1.0),
    log("C", 1e-3, 1e3),
)


def svc_digits(point: Point) -> float:
    from sklearn.model_selection import cross_val_score
    from sklearn.preprocessing import scale
    from sklearn.svm import SVC as Machine

    x, y = _data("digits")
    x, y = x[:600], y[:600]
    x = scale(x) if point["scaled"] else x / 4
    model = Machine(C=point["C"], gamma=point["gamma"], kernel=point["kernel"], degree=point.get("degree", 3))
    return float(1 - np.mean(cross_val_score(model, x, y, cv=3)))


HGB = (
    log("rate", 0.005, 1.0),
    log_whole("leaves", 2, 64),
    whole("min_samples", 1, 60),
    log("l2", 1e-6, 100.0),
    log_whole("rounds", 5, 100),
    uniform("features", 0.1, 1.0),
)


def hgb_cancer(point: Point) -> float:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import cross_val_score

    x, y = _data("breast_cancer")
    model = HistGradientBoostingClassifier(
        learning_rate=point["rate"],
        max_leaf_nodes=point["leaves"],
        min_samples_leaf=point["min_samples"],
        l2_regularization=point["l2"],
        max_iter=point["rounds"],
        max_features=point["features"],
        early_stopping=False,
        random_state=0,
    )
    return float(-np.mean(cross_val_score(model, x, y, cv=3, scoring="neg_log_loss")))


MLP = (
    choice("optimizer", "sgd", "adam"),
    log("sgd_rate", 1e-3, 1.0, ("optimizer", 0)),
    uniform("momentum", 0.0, 0.95, ("optimizer", 0)),
    log("adam_rate", 1e-4, 1e-1, ("optimizer", 1)),
    choice("layers", 1, 2),
    log_whole("units_0", 8, 128),
    log_whole("units_1", 8, 128, ("layers", 1)),
    choice("activation", "relu", "tanh"),
    log("decay", 1e-6, 1e-1),
    choice("batch", 16, 32, 64, 128),
)


def mlp_digits(point: Point, random: np.random.Generator) -> float | None:
    """Validation loss of a network on 1,000 digits after eight epochs, from other weights each time."""
    *_, found = mlp_epochs(point, random, 8)
    return found if math.isfinite(found) else None


def mlp_epochs(point: Point, random: np.random.Generator, epochs: int) -> Iterator[float]:
    """Train a network on 1,000 digits, and yield its validation loss after each epoch."""
    x, y = _data("digits")
    x = x / 16.0
    order = np.random.default_rng(0).permutation(len(x))
    train, test = order[:700], order[700:1100]
    sizes = [64, point["units_0"], *([point["units_1"]] if point["layers"] == 2 else []), 10]
    weights = [random.standard_normal((a, b)) * math.sqrt(2 / a) for a, b in itertools.pairwise(sizes)]
    weights += [np.zeros(b) for b in sizes[1:]]
    first, second = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    adam, steps = point["optimizer"] == "adam", 0
    relu = point["activation"] == "relu"
    for _ in range(epochs):
        shuffled = random.permutation(train)
        with np.errstate(all="ignore"):
            for begin in range(0, len(shuffled), point["batch"]):
                batch = shuffled[begin : begin + point["batch"]]
                steps += 1
                gradients = _gradients(weights, x[batch], y[batch], point["decay"], relu=relu)
                for i, gradient in enumerate(gradients):
                    if adam:
                        first[i] = 0.9 * first[i] + 0.1 * gradient
                        second[i] = 0.999 * second[i] + 0.001 * gradient**2
                        root = np.sqrt(second[i] / (1 - 0.999**steps)) + 1e-8
                        weights[i] -= point["adam_rate"] * first[i] / (1 - 0.9**steps) / root
                    else:
                        first[i] = point["momentum"] * first[i] - point["sgd_rate"] * gradient
                        weights[i] += first[i]
            _, logits = _forward(weights, x[test], relu=relu)
            shifted = logits - logits.max(axis=1, keepdims=True)
            losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(test)), y[test]]
        yield float(np.mean(losses))


def _forward(weights: list[Any], x: Any, *, relu: bool) -> tuple[list[Any], Any]:
    layers = len(weights) // 2
    inputs = [x]
    for i in range(layers):
        x = x @ weights[i] + weights[layers + i]
        if i < layers - 1:
            x = np.maximum(x, 0) if relu else np.tanh(x)
            inputs.append(x)
    return inputs, x


def _gradients(weights: list[Any], x: Any, y: Any, decay: float, *, relu: bool) -> list[Any]:
    layers = len(weights) // 2
    inputs, logits = _forward(weights, x, relu=relu)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    back = shares / shares.sum(axis=1, keepdims=True)
    back[np.arange(len(y)), y] -= 1
    back /= len(y)
    found = [np.empty(0)] * len(weights)
    for i in reversed(range(layers)):
        found[i] = inputs[i].T @ back + decay * weights[i]
        found[layers + i] = back.sum(axis=0)
        if i:
            back = back @ weights[i].T * ((inputs[i] > 0) if relu else 1 - inputs[i] ** 2)
    return found


REPORTED = (
    Problem("branin", (uniform("x0", -5, 10), uniform("x1", 0, 15)), _exact(branin)),
    Problem("hartmann6", cube(6), _exact(hartmann6)),
    Problem("wide20", cube(20), _exact(wide20)),
    Problem("mixed", MIXED, _exact(mixed)),
    Problem("conditional", CONDITIONAL, _exact(conditional)),
    Problem("failing", FAILING, _exact(failing)),
    Problem("krr_diabetes", KRR, _exact(krr_diabetes), is_real=True),
    Problem("svc_digits", SVC, _exact(svc_digits), is_real=True),
    Problem("hgb_cancer", HGB, _exact(hgb_cancer), is_real=True),
    Problem("mlp_digits", MLP, mlp_digits, is_real=True, is_noisy=True),
)


# For choosing settings.


def rosenbrock(point: Point) -> float:
    x = _array(point)
    return float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2))


def levy(point: Point) -> float:
    w = 1 + (_array(point) - 1) / 4
    first = math.sin(math.pi * w[0]) ** 2
    middle = np.sum((w[:-1] - 1) ** 2 * (1 + 10 * np.sin(math.pi * w[:-1] + 1) ** 2))
    return float(first + middle + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2))


_H3_A = np.array([[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]])
_H3_P = 1e-4 * np.array([[3689, 1170, 2673], [4699, 4387, 7470], [1091, 8732, 5547], [381, 5743, 8828]])


def hartmann3(point: Point) -> float:
    x = _array(point)
    return float(3.86278 - _H_ALPHA @ np.exp(-np.sum(_H3_A * (x - _H3_P) ** 2, axis=1)))


def waves15(point: Point) -> float:
    """Fifteen labels, of which five count, with interactions."""
    x = _array(point)
    return float(
        np.sin(3 * x[0] + 2 * x[3]) + (x[1] - 0.3) ** 2 * 4 + abs(x[2] - x[7]) + 0.5 * np.cos(5 * x[7]) + 2
    )


TREE = (
    choice("model", "a", "b", "c", "d"),
    uniform("a1", 0, 1, ("model", 0)),
    uniform("a2", 0, 1, ("model", 0)),
    log("b1", 1e-3, 1e3, ("model", 1)),
    choice("b2", 2, 4, 8, 16, 32, parent=("model", 1)),
    whole("c1", 1, 20, ("model", 2)),
    choice("c2", "x", "y", "z", parent=("model", 2)),
    uniform("c3", -1, 1, ("c2", 1)),
    uniform("shared", 0, 1),
)


def tree(point: Point) -> float:
    common = (point["shared"] - 0.4) ** 2
    match point["model"]:
        case "a":
            return 0.3 + (point["a1"] - point["a2"]) ** 2 + (point["a1"] - 0.2) ** 2 + common
        case "b":
            return (
                0.1 + 0.05 * math.log10(point["b1"] / 3) ** 2 + 0.1 * abs(math.log2(point["b2"]) - 3) + common
            )
        case "c":
            inner = (point["c3"] - 0.5) ** 2 if point["c2"] == "y" else 0.2
            return 0.05 + 0.02 * abs(point["c1"] - 13) + inner + 2 * common
    return 0.5 + common


PLAIN_MIXED = (
    log("rate", 1e-6, 1e-1),
    choice("kind", "a", "b", "c", "d", "e"),
    whole("depth", 1, 10),
    choice("size", 8, 16, 32, 64, 128, 256, 512),
    uniform("drop", 0, 1),
)


def plain_mixed(point: Point) -> float:
    kind = "abcde".index(point["kind"])
    best = -3.5 + 0.3 * kind
    return float(
        abs(math.log10(point["rate"]) - best) * 0.2
        + [0.1, 0.0, 0.15, 0.3, 0.05][kind]
        + 0.02 * abs(point["depth"] - 4 - kind)
        + 0.03 * (math.log2(point["size"]) - 6) ** 2
        + (point["drop"] - 0.5) ** 2
    )


FOREST = (
    log_whole("leaves", 2, 100),
    uniform("features", 0.05, 1.0),
    whole("split", 2, 20),
    choice("criterion", "gini", "entropy"),
    choice("bootstrap", True, False),
)


def forest_wine(point: Point, random: np.random.Generator) -> float:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.model_selection import cross_val_score

    x, y = _data("wine")
    model = RandomForestClassifier(
        10,
        max_leaf_nodes=point["leaves"],
        max_features=point["features"],
        min_samples_split=point["split"],
        criterion=point["criterion"],
        bootstrap=point["bootstrap"],
        random_state=int(random.integers(2**31)),
    )
    return float(-np.mean(cross_val_score(model, x, y, cv=3, scoring="neg_log_loss")))


CHOOSING = (
    Problem("rosenbrock4", cube(4, -2, 2), _exact(rosenbrock)),
    Problem("levy5", cube(5, -10, 10), _exact(levy)),
    Problem("hartmann3", cube(3), _exact(hartmann3)),
    Problem("waves15", cube(15), _exact(waves15)),
    Problem("tree", TREE, _exact(tree)),
    Problem("plain_mixed", PLAIN_MIXED, _exact(plain_mixed)),
    Problem("noisy_hartmann3", cube(3), _noisy(hartmann3, 0.3), is_noisy=True),
    Problem("noisy_mixed", PLAIN_MIXED, _noisy(plain_mixed, 0.1), is_noisy=True),
)

WIDER = (
    Problem("wide30", cube(30), _exact(waves15)),
    Problem("wide60", cube(60), _exact(waves15)),
)

BY_NAME = {problem.name: problem for problem in (*REPORTED, *CHOOSING, *WIDER)}

EXACT = {"noisy_hartmann3": hartmann3, "noisy_mixed": plain_mixed}
"""Losses without noise, of noisy problems that have them."""
