"""Classification with a forest, in the style of the examples of scikit-learn."""

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import train_test_split

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0)

clf = RandomForestClassifier(
    n_estimators=50,
    criterion="gini",
    max_depth=None,
    min_samples_split=2,
    min_samples_leaf=1,
    max_features="sqrt",
    n_jobs=2,
    random_state=0,
)
clf.fit(X_train, y_train)
score = balanced_accuracy_score(y_test, clf.predict(X_test))
print(f"balanced accuracy: {score:.3f}")

# output
# no.  where        today                search
#   1  model.py:12  n_estimators=50      quniform(20, 200, 10)
#   2  model.py:13  criterion="gini"     choice(["gini", "entropy"])
#   3  model.py:14  max_depth=None       choice([None, 5, 10, 20])
#   4  model.py:15  min_samples_split=2  uniformint(2, 20, log=True)
#   5  model.py:16  min_samples_leaf=1   uniformint(1, 20, log=True)
#   6  model.py:17  max_features="sqrt"  choice(["sqrt", "log2", None])
