-- The first message that waits of each incident, if it is to be tried by now. From incident to incident: however many
-- wait behind one.
WITH RECURSIVE first (incident) AS (
  SELECT min(incident) FROM delivery WHERE state = 0 AND incident > 0
  UNION ALL
  SELECT (SELECT min(delivery.incident) FROM delivery WHERE state = 0 AND delivery.incident > first.incident)
  FROM first WHERE first.incident IS NOT NULL)
SELECT delivery.id FROM first JOIN delivery ON delivery.incident = first.incident
WHERE delivery.state = 0 AND delivery.next_at <= :now
  AND number = (SELECT min(number) FROM delivery AS other WHERE other.state = 0 AND other.incident = first.incident)
ORDER BY delivery.next_at, delivery.id LIMIT :limit
