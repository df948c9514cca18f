-- How often that was said since the last sweep.
SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'garbage'
