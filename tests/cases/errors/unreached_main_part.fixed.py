def model():
    return {{uniform(0, 1)}}
