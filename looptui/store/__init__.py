"""The append-only event log, the command inbox, blobs and leases. SQLite lives here only."""
