def data():
    x = [1, 2]
    return x


def model(x):
    return {{uniform(low=0, high=1)}}, {{normal(mu=0, sigma=1)}}, {{uniform(0, 1)}}
