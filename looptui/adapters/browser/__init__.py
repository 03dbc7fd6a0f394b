"""The screen in a browser of this machine: aiohttp and textual-serve live here only."""
