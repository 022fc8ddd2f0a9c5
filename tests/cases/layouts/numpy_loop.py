import argparse
import sys

import numpy as np


class Linear:
    def __init__(self, n_in, n_out, rng):
        self.weight = rng.normal(scale=0.5, size=(n_in, n_out))

    def __call__(self, x):
        self.x = x
        return x @ self.weight

    def backward(self, gradient, lr):
        back = gradient @ self.weight.T
        self.weight -= lr * self.x.T @ gradient / len(self.x)
        return back


class Net:
    def __init__(self, hidden, rng):
        self.layers = [Linear(2, hidden, rng), Linear(hidden, 1, rng)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, gradient, lr):
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient, lr)


def batches(x, y, size):
    for start in range(0, len(x), size):
        yield x[start : start + size], y[start : start + size]


def main(args):
    rng = np.random.default_rng(args.seed)
    x = rng.normal(size=(96, 2))
    y = x[:, :1] - 2 * x[:, 1:]
    net = Net({{choice([2, 4, 8])}}, rng)
    best = np.inf
    for epoch in range(args.epochs):
        for xb, yb in batches(x[:64], y[:64], {{choice([16, 32])}}):
            net.backward(net.forward(xb) - yb, {{uniform(0.01, 0.2)}})
        val_loss = float(np.mean((net.forward(x[64:]) - y[64:]) ** 2))
        best = min(best, val_loss)
    print(best)
    return {"loss": best, "val_loss": val_loss}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=10)
    result = main(parser.parse_args())
    sys.exit(0)
