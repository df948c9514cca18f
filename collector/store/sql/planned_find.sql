-- How far the log of events was read for notifications; before that was ever done, the last event there was.
SELECT coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'planned'),
  (SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0)
