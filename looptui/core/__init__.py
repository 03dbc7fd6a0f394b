"""The machine: events, state and the three pure functions. Standard library only, no I/O."""
