"""Boosted trees for a regression, with the parameters in a dictionary as scikit-learn's example has them."""

from sklearn import datasets, ensemble
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

X, y = datasets.load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.1, random_state=13)

params = {
    "n_estimators": 100,
    "max_depth": 4,
    "min_samples_split": 5,
    "learning_rate": 0.05,
    "subsample": 0.8,
    "loss": "squared_error",
}

reg = ensemble.GradientBoostingRegressor(**params)
reg.fit(X_train, y_train)

mse = mean_squared_error(y_test, reg.predict(X_test))
print(f"The mean squared error (MSE) on test set: {mse:.4f}")

# output
# no.  where        today                   search
#   1  model.py:11  "n_estimators": 100     quniform(50, 400, 50)
#   2  model.py:12  "max_depth": 4          uniformint(2, 10)
#   3  model.py:13  "min_samples_split": 5  uniformint(2, 20, log=True)
#   4  model.py:14  "learning_rate": 0.05   uniform(0.005, 0.3, log=True)
#   5  model.py:15  "subsample": 0.8        uniform(0.5, 1)
