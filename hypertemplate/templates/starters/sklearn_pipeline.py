"""scikit-learn, cross-validated: a support vector machine or gradient boosting.

Replace what data() returns with rows and classes of your own, then:

    python sklearn_pipeline.py                              score the values that stand here
    hypertemplate run sklearn_pipeline.py --max-evals 60    search for better values
    hypertemplate apply sklearn_pipeline.study --write      write the best ones into this file

A comment "tune:" marks the value before it, and says what to try in its place: here, a choice between two
estimators, each with values of its own. The parameters are those that auto-sklearn searches for these
estimators, the ranges lie within its own (Feurer et al. 2015, "Efficient and Robust Automated Machine
Learning"; github.com/automl/auto-sklearn).
"""

from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


def data():
    """Return rows and their classes."""
    return make_classification(n_samples=400, n_features=12, n_informative=6, random_state=0)


def svm():
    """Return a support vector machine, which needs columns of one scale."""
    return make_pipeline(
        StandardScaler(),
        SVC(
            C=1.0,  # tune: uniform(0.03, 1000, log=True)
            gamma=0.1,  # tune: uniform(1e-4, 8, log=True)
        ),
    )


def boosting():
    """Return gradient boosting, which does not."""
    return HistGradientBoostingClassifier(
        learning_rate=0.1,  # tune: uniform(0.01, 1, log=True)
        max_leaf_nodes=31,  # tune: uniformint(3, 128, log=True)
        min_samples_leaf=20,  # tune: uniformint(1, 100, log=True)
        l2_regularization=1e-8,  # tune: uniform(1e-10, 1, log=True)
        max_iter=60,
    )


def model(x, y):
    """Score one classifier by cross-validation, on the same folds in each trial."""
    classifier = boosting  # tune: choice([svm, boosting])
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    accuracies = cross_val_score(classifier(), x, y, cv=folds)
    return {"losses": 1 - accuracies, "accuracy": accuracies.mean()}


if __name__ == "__main__":
    print(model(*data()))
