WIDTH = {{choice([8, 16])}}


def model():
    return {{uniform(0, 16)}} * WIDTH, {{choice([8, 16])}}
