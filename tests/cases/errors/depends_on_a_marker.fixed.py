WIDTH = {{choice([8, 16])}}


def model():
    return {{uniform(0, 1)}} * WIDTH, {{choice([WIDTH, WIDTH * 2])}}
