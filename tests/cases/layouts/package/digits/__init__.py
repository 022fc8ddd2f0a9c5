"""Recognition of digits."""
