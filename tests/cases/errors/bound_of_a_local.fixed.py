def data():
    x = [1, 2]
    return x


def size_of(x):
    return len(x)


def model(x):
    for depth in range(1, 3):
        sizes = [8 * depth]
        width = round({{uniform(0, 1)}} * depth)
    return {{uniform(0, size_of(x))}}, {{choice([16, sizes[0]])}}, width
