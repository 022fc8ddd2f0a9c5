"""Files with the data of a program: what it reads, by which a study knows that they have changed."""
