"""Which gradient-boosted trees read handwritten digits best?

    pip install xgboost scikit-learn
    hypertemplate run examples/gradient_boosting.py --objective val_mlogloss --max-evals 40 --prune

This is an ordinary script, except for the values in double braces. Its fit has an evaluation set, so each of its
rounds is watched: `val_mlogloss` is the metric that XGBoost prints as `validation_0-mlogloss`. With --prune,
trials that fall behind stop early; without it, each runs to its end.
"""

from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

from hypertemplate.distributions import quniform, uniform, uniformint

images, digits = load_digits(return_X_y=True)
x_train, x_val, y_train, y_val = train_test_split(images, digits, stratify=digits, random_state=0)

# With log=True, values are drawn by their magnitude. The defaults are XGBoost's own: the first trial has them.
trees = XGBClassifier(
    n_estimators=200,
    learning_rate={{uniform(0.007, 1, log=True, default=0.3)}},
    max_depth={{uniformint(2, 8, default=6)}},
    min_child_weight={{uniform(0.1, 20, log=True, default=1)}},
    subsample={{uniform(0.4, 1, default=1)}},
    colsample_bytree={{quniform(0.2, 1, 0.1, default=1)}},
    early_stopping_rounds=20,
    n_jobs=1,
)
trees.fit(x_train, y_train, eval_set=[(x_val, y_val)], verbose=False)

accuracy = trees.score(x_val, y_val)
