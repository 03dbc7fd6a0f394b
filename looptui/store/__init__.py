"""The append-only event log, the command inbox, blobs and leases. SQLite lives here only.

driver      which SQLite this is, and what its errors mean to a person
schema      tables, triggers and migrations
opening     finds, checks, creates and upgrades a database file
events      the values that are stored
merkle      RFC 6962 hashes and proofs
checkpoint  the size and root that are kept outside the database
transaction what one write transaction can do: append, claim, upsert, reserve, put
writer      the one thread that writes, in group commits
store       Store: the awaitable face of all this
reader      Reader: read models for screens and shells
tail        follows the log
leases      one driving process a run
audit       proves the log, and exports it
"""
