"""Facts on a script, whose own names and last call a search goes by."""
