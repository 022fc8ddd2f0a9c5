"""Results of the data function that are kept for later trials with the same values."""
