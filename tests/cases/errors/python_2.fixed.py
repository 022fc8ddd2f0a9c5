def model():
    rate = {{uniform(0, 1)}}
    print(rate)
    return rate
