def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(0, high=1)}}, {{qlognormal(mu=0, sigma=1, q=1)}}, {{choice([64, 128])}}
