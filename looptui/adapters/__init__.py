"""One file per outside thing; each implements a port of looptui.ports."""
