def model():
    return {{loguniform(-9.21034, 0)}} * {{qloguniform(-9.21034, 0, q=0.01)}}
