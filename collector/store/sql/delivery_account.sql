-- How a sink does: its messages by state, since when the oldest waits, and when it last took one.
SELECT
  (SELECT count(*) FROM delivery WHERE sink = :sink AND state = 0),
  (SELECT count(*) FROM delivery WHERE sink = :sink AND state = 1),
  (SELECT count(*) FROM delivery WHERE sink = :sink AND state = 2),
  (SELECT coalesce(min(created_at), 0) FROM delivery WHERE sink = :sink AND state = 0),
  (SELECT coalesce(max(finished_at), 0) FROM delivery WHERE sink = :sink AND state = 1)
