"""The native interface of LightGBM, in the style of its simple example."""

import lightgbm as lgb
from sklearn.datasets import load_diabetes
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=1)
lgb_train = lgb.Dataset(X_train, y_train)

params = {
    "boosting_type": "gbdt",
    "objective": "regression",
    "metric": {"l2", "l1"},
    "num_leaves": 31,
    "max_depth": -1,
    "learning_rate": 0.05,
    "feature_fraction": 0.9,
    "bagging_fraction": 0.8,
    "bagging_freq": 5,
    "min_data_in_leaf": 20,
    "lambda_l2": 0.0,
    "verbose": -1,
}

gbm = lgb.train(params, lgb_train, num_boost_round=20)
rmse = mean_squared_error(y_test, gbm.predict(X_test)) ** 0.5
print(rmse)

# output
# no.  where        today                    search
#   1  model.py:16  "num_leaves": 31         uniformint(8, 128, log=True)
#   2  model.py:17  "max_depth": -1          choice([-1, 5, 8, 12])
#   3  model.py:18  "learning_rate": 0.05    uniform(0.005, 0.3, log=True)
#   4  model.py:19  "feature_fraction": 0.9  uniform(0.5, 1)
#   5  model.py:20  "bagging_fraction": 0.8  uniform(0.5, 1)
#   6  model.py:22  "min_data_in_leaf": 20   uniformint(5, 100, log=True)
#   7  model.py:23  "lambda_l2": 0.0         uniform(0, 5)
#   8  model.py:27  num_boost_round=20       quniform(10, 80, 10)
