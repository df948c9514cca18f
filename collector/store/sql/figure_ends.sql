-- The numbers that the logs have reached.
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0),
  coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'gate_run'), 0),
  coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'drift_step'), 0),
  coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'sync_run'), 0)
