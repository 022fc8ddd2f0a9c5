import numpy as np
from sklearn.ensemble import RandomForestRegressor


def data():
    x = np.linspace(-1, 1, 64).reshape(16, 4)
    return x, x.sum(1)


def model(x, y):
    forest = RandomForestRegressor({{choice([3, 5])}}, max_features={{uniform(0.1, 1)}}).fit(x, y)
    return {'loss': -forest.score(x, y), 'model': forest, 'predicted': forest.predict(x[:1])[0]}
