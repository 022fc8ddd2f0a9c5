sizes = [1, 2]


def model():
    a = {{choice([64, 128])}}
    b = {{choice([64, 128])}}
    c = {{choice(["relu", choice(["elu", "selu"])])}}
    d = {{choice(["adam", "sgd"])}}
    e = 2 * ({{uniform(0, 1)}} + {{choice([1, 2])}})
    return a, b, c, d, e, {{choice(sizes)}}, {{uniform(0, 1)}}, {{choice([64, 128])}}
