"""Ways to call a person: the terminal's bell and messages, the desktop, a command of their own."""
