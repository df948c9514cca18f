-- The last attempt to reach a sink that failed, unless it took a message later: of what waits, and of what was given up.
SELECT at, problem FROM (
  SELECT * FROM (SELECT coalesce(attempted_at, created_at) AS at, problem FROM delivery
    WHERE sink = :sink AND state = 0 AND problem IS NOT NULL ORDER BY 1 DESC LIMIT 1)
  UNION ALL
  SELECT * FROM (SELECT finished_at AS at, problem FROM delivery WHERE sink = :sink AND state = 2 ORDER BY finished_at DESC LIMIT 1))
WHERE at > :sent_at ORDER BY at DESC LIMIT 1
