def model():
    total = 0
    for i in range(3):
        total += {{choice([8, 16])[i]}}
        total += {{uniform(0, 1)[i]}}
        total += {{uniform(0, 1)}}
    for i in range(5000):
        total += {{uniform(0, 1)[i % 16:16]}}
    while i < 4:
        total += {{uniform(0, 1)[i:8]}}
        i += 1
    return total + {{choice([8, 16])}} + sum(({{uniform(0, 1)}}, {{choice([2, 3])}}))
