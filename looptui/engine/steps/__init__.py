"""One module a phase of a run: each function performs an effect and returns what it found."""
