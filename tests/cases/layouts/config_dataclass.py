from dataclasses import dataclass, field

import numpy as np


@dataclass
class Config:
    learning_rate: float = {{loguniform(-5, -2)}}
    epochs: int = 20
    sizes: list = field(default_factory=lambda: [{{choice([2, 4])}}, 1])


def make_data(rng):
    x = rng.normal(size=(60, 3))
    return x, x @ np.array([[1.0], [-2.0], [0.5]])


def run(config: Config) -> float:
    rng = np.random.default_rng(6)
    x, y = make_data(rng)
    weights = [rng.normal(size=(3, config.sizes[0])), rng.normal(size=(config.sizes[0], 1))]
    for _ in range(config.epochs):
        hidden = x @ weights[0]
        error = hidden @ weights[1] - y
        weights[1] -= config.learning_rate * hidden.T @ error / len(x)
        weights[0] -= config.learning_rate * x.T @ (error @ weights[1].T) / len(x)
    mse = float(np.mean((x @ weights[0] @ weights[1] - y) ** 2))
    return mse


if __name__ == "__main__":
    mse = run(Config())
    print(mse)
