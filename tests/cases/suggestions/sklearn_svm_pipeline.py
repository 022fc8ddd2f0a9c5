"""Support vectors behind a scaler and a projection, scored by cross-validation."""

from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = load_digits(return_X_y=True)
C = 1.0
gamma = 0.01

pipe = Pipeline(
    [
        ("scale", StandardScaler()),
        ("reduce_dim", PCA(n_components=30)),
        ("svc", SVC(C=C, gamma=gamma, kernel="rbf", cache_size=500, tol=1e-3)),
    ]
)
accuracy = cross_val_score(pipe, X, y, cv=3).mean()
print(accuracy)

# output
# no.  where        today            search
#   1  model.py:11  C = 1.0          uniform(0.01, 100, log=True)
#   2  model.py:12  gamma = 0.01     uniform(1e-4, 1, log=True)
#   3  model.py:17  n_components=30  uniformint(7, 30, log=True)
