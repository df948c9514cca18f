-- When the next incident is to be told or to be escalated.
SELECT coalesce(min(at), 0) FROM (
  SELECT min(due_at) AS at FROM incident WHERE due_at IS NOT NULL
  UNION ALL SELECT min(escalates_at) FROM incident WHERE escalates_at IS NOT NULL)
