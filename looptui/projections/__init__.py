"""Read models: plain values folded from events. No Textual, no SQL."""
