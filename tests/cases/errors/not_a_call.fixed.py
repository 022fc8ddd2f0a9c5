x = [1, 2]


def model():
    return {{choice([3, 4])}}, {{choice(x)}}, {{uniform(0, 1)}}
