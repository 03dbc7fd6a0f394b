"""The Textual app: reads projections and sends commands."""
