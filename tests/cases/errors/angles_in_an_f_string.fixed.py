def model():
    units = <<choice([64, 128])>>
    name = f'units_{units}'
    return name
