def build(rate):
    return rate


def model():
    return build({{uniform(0, 1)}})
