"""Files that trial code reads and writes."""
