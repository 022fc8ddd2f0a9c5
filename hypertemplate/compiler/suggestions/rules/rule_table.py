"""The table of rules, and what is never searched.

To have another value proposed, add a row to the rules of its package.
"""

from __future__ import annotations

import re

from hypertemplate.compiler.suggestions.rules.boosting_rules import BOOSTING_RULES
from hypertemplate.compiler.suggestions.rules.estimator_rules import ESTIMATOR_RULES
from hypertemplate.compiler.suggestions.rules.keras_rules import LAYER_RULES
from hypertemplate.compiler.suggestions.rules.rule import Rule
from hypertemplate.compiler.suggestions.rules.training_rules import TRAINING_RULES

RULES: tuple[Rule, ...] = (*LAYER_RULES, *TRAINING_RULES, *ESTIMATOR_RULES, *BOOSTING_RULES)

FIXED = frozenset(
    (
        *("seed", "random_state", "random_seed", "epochs", "initial_epoch", "n_epochs", "num_epochs"),
        *("max_iter", "steps_per_epoch", "patience", "verbose", "verbosity", "buffer_size"),
        *("n_jobs", "nthread", "num_threads", "num_workers", "workers"),
        *("test_size", "train_size", "validation_split", "validation_fraction", "cv", "n_splits", "n_folds"),
        *("input_dim", "input_shape", "batch_shape", "batch_input_shape", "shape", "target_shape"),
        *("input_length", "image_size", "target_size", "maxlen", "output_sequence_length"),
        *("num_classes", "n_classes", "num_class", "num_words", "max_tokens", "vocab_size"),
        *("path", "filepath", "directory", "log_dir", "axis", "axes", "in_features", "out_features"),
    )
)
"""Names of arguments whose values are given by the data, the time, or the machine: nothing to search."""

_SEEDED = (
    "RandomState",
    "SeedGenerator",
    "default_rng",
    "manual_seed",
    "seed",
    "set_random_seed",
    "set_seed",
)

FIXED_CALLS = {
    **dict.fromkeys(("Input", "InputLayer", "InputSpec", "RepeatVector", "Reshape"), 9),
    **dict.fromkeys(_SEEDED, 1),
    **dict.fromkeys(("Embedding", "Generator"), 1),
    **dict.fromkeys(("CenterCrop", "Discretization", "Hashing", "Resizing", "TextVectorization"), 3),
    **dict.fromkeys(("arange", "one_hot", "pad_sequences", "reshape", "to_categorical"), 9),
}
"""Last name of what is called -> number of its first arguments whose values are given likewise."""

FIXED_NAMES = re.compile(
    r"(latent|encod|bottleneck|code_)\w*"
    r"|(n|num|max)_?(class|feature|input|output|sample|word|token)\w*"
    r"|(test|val|valid|validation|eval|evaluation|predict|inference)_?(bs|batch)\w*"
    r"|\w*(seed|epochs?)",
    re.IGNORECASE,
)
"""Names whose values are given by the data or the purpose, such as the size that an encoder compresses to."""
