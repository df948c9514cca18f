-- What came from one outbox came in order.
SELECT printf('snapshot #%d has number %d of its outbox, after number %d', id, seq, earlier)
FROM (
  SELECT id, seq, lag(seq) OVER (PARTITION BY target, agent, incarnation ORDER BY id) AS earlier FROM snapshot)
WHERE seq <= earlier
