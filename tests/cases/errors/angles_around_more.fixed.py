def model():
    one = <<choice([1, 2])>> * 2
    two = <<choice([uniform(0, 1), uniform(0, 1)])>>
    three = <<uniform(0, 1)>>
    four = <<uniform(0, 1)>>
    return one, two, three, four
