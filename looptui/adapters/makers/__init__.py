"""Those who propose changes, each a child process in the sandbox."""
