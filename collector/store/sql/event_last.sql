-- The number of the last event there ever was.
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0)
