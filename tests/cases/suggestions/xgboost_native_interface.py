"""The native interface of XGBoost with a watch list, in the style of its documentation."""

import xgboost as xgb
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

X, y = load_breast_cancer(return_X_y=True)
X_train, X_valid, y_train, y_valid = train_test_split(X, y, test_size=0.3, random_state=7)
dtrain = xgb.DMatrix(X_train, label=y_train)
dvalid = xgb.DMatrix(X_valid, label=y_valid)

param = {"max_depth": 6, "eta": 0.3, "objective": "binary:logistic", "subsample": 1.0, "lambda": 1, "alpha": 0}
param["nthread"] = 2
param["eval_metric"] = "auc"
evallist = [(dtrain, "train"), (dvalid, "eval")]

num_round = 20
bst = xgb.train(param, dtrain, num_round, evallist, verbose_eval=False)
auc = float(bst.eval(dvalid).split(":")[1])
print(auc)

# output
# no.  where        today             search
#   1  model.py:12  "max_depth": 6    uniformint(2, 10)
#   2  model.py:12  "eta": 0.3        uniform(0.03, 0.5, log=True)
#   3  model.py:12  "subsample": 1.0  uniform(0.5, 1)
#   4  model.py:12  "lambda": 1       uniform(0.01, 10, log=True)
#   5  model.py:12  "alpha": 0        uniform(0, 5)
#   6  model.py:17  num_round = 20    quniform(10, 80, 10)
