"""Plain-text tables that line up."""
