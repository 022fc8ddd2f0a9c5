"""What people read of a study or a template, as lines of text."""
