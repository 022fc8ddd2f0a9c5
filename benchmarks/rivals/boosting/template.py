"""The search for the table with hypertemplate."""

from task import data, trees

from hypertemplate.distributions import uniform, uniformint


def model(x_train, y_train, x_val, y_val):
    """Have the trees learn; their validation accuracy counts."""
    values = {
        "learning_rate": {{uniform(0.01, 0.5, log=True)}},
        "max_iter": {{uniformint(20, 200)}},
        "max_leaf_nodes": {{uniformint(4, 128, log=True)}},
        "min_samples_leaf": {{uniformint(5, 200, log=True)}},
        "l2_regularization": {{uniform(1e-6, 100, log=True)}},
        "max_features": {{uniform(0.2, 1)}},
    }
    return -trees(values, seed=0).fit(x_train, y_train).score(x_val, y_val)
