def model():
    units = <<choice([64, 128])>>
    return units
