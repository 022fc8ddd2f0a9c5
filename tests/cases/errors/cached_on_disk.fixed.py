import joblib

memory = joblib.Memory('cache')


@memory.cache
def features(rows, scale):
    return [row * scale for row in rows]


def model():
    return sum(features([1, 2, 3], {{uniform(0, 1)}}))
