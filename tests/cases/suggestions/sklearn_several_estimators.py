"""Several estimators, one of which a grid search tunes already."""

from sklearn.datasets import load_iris
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

X, y = load_iris(return_X_y=True)

svc = SVC(C=10, gamma=0.1)
search = GridSearchCV(svc, {"C": [1, 10, 100]}, cv=3).fit(X, y)
print(search.best_params_)

models = {
    "neighbors": KNeighborsClassifier(n_neighbors=7, weights="uniform"),
    "logistic": LogisticRegression(C=1, max_iter=500),
    "network": MLPClassifier(hidden_layer_sizes=(50,), alpha=1e-4, learning_rate_init=0.01, max_iter=100),
    "boosting": HistGradientBoostingClassifier(learning_rate=0.1, max_iter=20, max_leaf_nodes=15, l2_regularization=0.0),
}
scores = {name: cross_val_score(one, X, y, cv=3).mean() for name, one in models.items()}
best_score = max(scores.values())
print(best_score)

# output
# no.  where        today                     search
#   1  model.py:18  n_neighbors=7             uniformint(1, 21)
#   2  model.py:18  weights="uniform"         choice(["uniform", "distance"])
#   3  model.py:19  C=1                       uniform(0.01, 100, log=True)
#   4  model.py:20  hidden_layer_sizes=(50,)  choice([(25,), (50,), (100,), (50, 25)])
#   5  model.py:20  alpha=1e-4                uniform(1e-6, 0.1, log=True)
#   6  model.py:20  learning_rate_init=0.01   uniform(0.001, 0.1, log=True)
#   7  model.py:21  learning_rate=0.1         uniform(0.01, 0.5, log=True)
#   8  model.py:21  max_iter=20               quniform(10, 80, 10)
#   9  model.py:21  max_leaf_nodes=15         uniformint(8, 64, log=True)
#  10  model.py:21  l2_regularization=0.0     uniform(0, 5)
