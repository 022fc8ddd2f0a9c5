"""A template with the values of one trial: as defaults of its markers, or in their places."""
