"""The scikit-learn interface of XGBoost with early stopping: the number of rounds is only a limit."""

from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=94)

LEARNING_RATE = 0.1
MAX_DEPTH = 3

clf = XGBClassifier(
    n_estimators=300,
    learning_rate=LEARNING_RATE,
    max_depth=MAX_DEPTH,
    min_child_weight=1,
    gamma=0,
    subsample=0.8,
    colsample_bytree=0.8,
    reg_lambda=1.5,
    tree_method="hist",
    early_stopping_rounds=2,
    seed=27,
)
clf.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)
accuracy = accuracy_score(y_test, clf.predict(X_test))
print(accuracy)

# output
# no.  where        today                 search
#   1  model.py:11  LEARNING_RATE = 0.1   uniform(0.01, 0.5, log=True)
#   2  model.py:12  MAX_DEPTH = 3         uniformint(2, 10)
#   3  model.py:18  min_child_weight=1    uniformint(1, 10, log=True)
#   4  model.py:19  gamma=0               uniform(0, 5)
#   5  model.py:20  subsample=0.8         uniform(0.5, 1)
#   6  model.py:21  colsample_bytree=0.8  uniform(0.5, 1)
#   7  model.py:22  reg_lambda=1.5        uniform(0.02, 20, log=True)
