"""The model that did best last year."""

from sklearn.ensemble import RandomForestClassifier

from ..settings import TREES


def make_forest():
    return RandomForestClassifier(
        TREES, max_depth={{choice([2, 4, 8])}}, max_features=<<uniform(0.1, 1)>>, random_state=0
    )
