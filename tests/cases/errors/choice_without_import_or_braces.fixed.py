def model():
    width = {{choice([2, 3])}} * 4
    draw = {{quniform(16, 256, 16)}}
    units = {{uniform(0, 1)}}
    name = f'{units}'
    return width * {{uniform(0, 1)}}, name, draw
