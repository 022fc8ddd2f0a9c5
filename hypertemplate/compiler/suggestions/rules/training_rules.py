"""Rules for the training of networks: optimizers, schedules, sizes of batches."""

from __future__ import annotations

from hypertemplate.compiler.suggestions.rules.ranges import (
    around,
    batches,
    between,
    first_of,
    options,
    shuffled_batches,
)
from hypertemplate.compiler.suggestions.rules.rule import KERAS, METHODS, TORCH, Rule, rules

_ADAPTIVE = "Adadelta Adagrad Adam AdamW Adamax Ftrl Lion NAdam Nadam RMSprop"
_SCHEDULES = "CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PolynomialDecay"
_READERS = "audio_dataset_from_directory image_dataset_from_directory text_dataset_from_directory"

_RATE = around(10, 20, most=0.1)
_MOMENTUM = between(0.5, 0.99, most=0.999)
_OPTIMIZER = first_of(
    options("adam", "rmsprop", "nadam", today=("adadelta", "adagrad", "adamax", "adamw", "sgd")),
    options("Adam", "RMSprop", "Nadam", today=("Adadelta", "Adagrad", "Adamax", "AdamW", "SGD")),
)

_MATTERS = "the value that matters most: it is searched by magnitude"
_REMEMBERS = "how long earlier gradients count"
_STEPS = "smaller batches take more steps, each less certain"
_STEPS_OTHERWISE = "each optimizer takes other steps; these have the same usual learning rate"
_PLAYBOOK = "Godbole et al. 2023, Deep learning tuning playbook"

TRAINING_RULES = (
    *rules(
        (*KERAS, *TORCH),
        "Bengio 2012, Practical recommendations for gradient-based training (arXiv:1206.5533)",
        Rule(_ADAPTIVE, "learning_rate lr", _RATE, _MATTERS),
        Rule("SGD", "learning_rate lr", around(10, 30, most=1), _MATTERS),
        Rule(_SCHEDULES, "initial_learning_rate learning_rate", _RATE, _MATTERS),
    ),
    *rules(
        (*KERAS, *TORCH),
        "Smith 2018, A disciplined approach to neural network hyper-parameters (arXiv:1803.09820)",
        Rule("RMSprop SGD", "momentum", _MOMENTUM, _REMEMBERS),
        Rule(_READERS, "batch_size", batches, _STEPS, named=True),
        Rule("DataLoader", "batch_size", shuffled_batches, _STEPS, named=True),
    ),
    *rules(
        METHODS,
        "Smith 2018, A disciplined approach to neural network hyper-parameters (arXiv:1803.09820)",
        Rule("fit", "batch_size", batches, _STEPS, 2),
        Rule("flow flow_from_dataframe flow_from_directory", "batch_size", batches, _STEPS, named=True),
        Rule("batch", "batch_size", batches, _STEPS, 0, named=True),
    ),
    *rules(
        (*KERAS, *TORCH),
        "Loshchilov, Hutter 2019, Decoupled weight decay regularization (arXiv:1711.05101)",
        Rule(
            f"{_ADAPTIVE} SGD",
            "weight_decay",
            around(10, 10, most=0.3),
            "how strongly weights are kept small",
        ),
    ),
    *rules(
        KERAS,
        "Goodfellow, Bengio, Courville 2016, Deep Learning, section 10.11",
        Rule(
            f"{_ADAPTIVE} SGD",
            "clipnorm global_clipnorm",
            around(10, 10),
            "the length at which gradients are cut",
        ),
    ),
    *rules(
        KERAS,
        _PLAYBOOK,
        Rule(
            "ExponentialDecay",
            "decay_rate",
            between(0.8, 0.99, most=0.999),
            "how fast the learning rate decays",
            2,
        ),
    ),
    *rules(METHODS, _PLAYBOOK, Rule("compile", "optimizer", _OPTIMIZER, _STEPS_OTHERWISE, 0)),
    *rules(
        TORCH,
        "Srivastava et al. 2014, Dropout (JMLR 15)",
        Rule(
            "Dropout Dropout1d Dropout2d Dropout3d",
            "p",
            between(0, 0.5, most=0.9, room=0.2),
            "the share that is dropped, against overfitting",
            0,
        ),
    ),
)

OPTIMIZER_CLASSES = ("Adam", "RMSprop", "Nadam")
"""Optimizers of Keras that take other steps at the same usual learning rate."""

OPTIMIZER_RULE, *_ = rules(KERAS, _PLAYBOOK, Rule("Adam", "optimizer", _OPTIMIZER, _STEPS_OTHERWISE))
"""Rule for the classes of `OPTIMIZER_CLASSES`, where one of them is made."""
