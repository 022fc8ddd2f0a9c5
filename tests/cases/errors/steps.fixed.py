def model():
    return [
        {{quniform(0, 1, 0.1)}},
        {{quniform(0, 1, q=0.1)}},
        {{quniform(0, 1, step=0.1)}},
        {{quniform(1, 9, step=2)}},
        {{qnormal(0, 1, q=0.5)}},
        {{quniform(0, 1, q=0.1)}},
        {{quniform(0, 1, step=1)}},
        {{quniform(0, 1, step=0.1)}},
    ]
