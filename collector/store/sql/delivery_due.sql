-- The first message that waits of each incident, if it is to be tried by now: of each sink the longest due, the sinks in
-- turn. From incident to incident, however many wait behind one. The index is named since SQLite, left alone, takes one
-- with which twenty thousand incidents cost minutes.
WITH RECURSIVE first (incident) AS (
  SELECT min(incident) FROM delivery INDEXED BY delivery_waiting WHERE state = 0 AND incident > 0
  UNION ALL
  SELECT (SELECT min(delivery.incident) FROM delivery INDEXED BY delivery_waiting WHERE state = 0 AND delivery.incident > first.incident)
  FROM first WHERE first.incident IS NOT NULL),
due AS (
  SELECT delivery.id AS id, row_number() OVER (PARTITION BY delivery.sink ORDER BY delivery.next_at, delivery.id) AS place
  FROM first JOIN delivery INDEXED BY delivery_waiting ON delivery.incident = first.incident
  WHERE delivery.state = 0 AND delivery.next_at <= :now
    AND number = (SELECT min(number) FROM delivery AS other INDEXED BY delivery_waiting WHERE other.state = 0 AND other.incident = first.incident))
SELECT delivery.id, incident, delivery.sink, number, kind, state, created_at, attempts, next_at, tried_since, attempted_at, finished_at, events, last_event, status, problem,
  incident.route, incident.subject, incident.remote, ''
FROM due JOIN delivery ON delivery.id = due.id JOIN incident ON incident.id = delivery.incident
WHERE place <= :limit ORDER BY place, next_at, delivery.id
