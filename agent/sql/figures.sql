-- How many snapshots there are, and how many of them nobody has acknowledged.
SELECT count(*), count(*) FILTER (WHERE acknowledged_at IS NULL) FROM snapshot
