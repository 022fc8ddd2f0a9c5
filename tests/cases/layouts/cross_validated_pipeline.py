from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def get_data():
    return load_wine(return_X_y=True)


def create_model():
    return make_pipeline(
        StandardScaler(with_mean={{choice([True, False])}}),
        LogisticRegression(C={{loguniform(-8, 0)}}, max_iter=200),
    )


X, y = get_data()
folds = StratifiedKFold(3, shuffle=True, random_state=9)
scores = cross_val_score(create_model(), X, y, cv=folds)
accuracy = scores.mean()
print(accuracy)
