sizes = [8, 16]
units = {{choice(sizes)}}
rate = units + {{uniform(0, 1)}} * (9 - units)


print(units, rate)
