"""The user's own modules that a template imports: the markers in them, and what these reach."""
