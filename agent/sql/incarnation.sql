-- Which outbox this is.
SELECT value FROM meta WHERE name = 'incarnation'
