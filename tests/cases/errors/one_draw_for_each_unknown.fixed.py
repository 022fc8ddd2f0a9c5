LIMIT = 3
LIMIT = 4


def model(x=3):
    sizes = [{{choice([8, 16])}}, ({{choice(["small", "big"])}})[-1:]]
    for i in range(LIMIT):
        sizes.append({{choice([8, 16])[i:8]}})
    for i in range(x):
        for j in range(2):
            sizes.append({{uniform(0, 1)[i:8, j]}})
    for i in range(256):
        sizes.append({{uniform(0, 1)[i % 16:16]}})
    return sizes
