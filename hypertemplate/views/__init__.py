"""Studies, templates and devices as text, tables and JSON."""
