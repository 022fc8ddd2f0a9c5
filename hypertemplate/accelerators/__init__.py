"""What this machine computes on, found without loading a framework, and what is made of it for a search."""
