def model():
    total = 2
    score = total + {{uniform(0, 1)}}
    return score + total
