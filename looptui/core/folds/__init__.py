"""What each kind of event does to the state of a run, a module a subject."""
