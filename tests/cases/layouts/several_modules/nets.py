"""A network of one hidden layer."""

import numpy as np

from config import generator

MOST = 32


class Network:
    def __init__(self, inputs):
        hidden = {{quniform(4, MOST, 4)}}
        draws = generator()
        self.first = draws.normal(size=(inputs, int(hidden)))
        self.last = draws.normal(size=int(hidden)) / hidden
        self.activation = {{choice([np.tanh, lambda x: np.maximum(x, 0)])}}

    def forward(self, x):
        self.hidden = self.activation(x @ self.first)
        return 1 / (1 + np.exp(-(self.hidden @ self.last)))
