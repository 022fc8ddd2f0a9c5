def model():
    return {{uniform(0.0001, 1, log=True)}} * {{quniform(0.0001, 1, 0.01, log=True)}}
