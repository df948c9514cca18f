-- The number of the oldest event that is kept.
SELECT coalesce((SELECT min(id) FROM event), 0)
