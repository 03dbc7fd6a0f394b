"""The imperative shell: drives runs by performing what the machine plans."""
