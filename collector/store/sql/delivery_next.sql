-- When the next message is to be tried.
WITH RECURSIVE first (incident) AS (
  SELECT min(incident) FROM delivery INDEXED BY delivery_waiting WHERE state = 0 AND incident > 0
  UNION ALL
  SELECT (SELECT min(delivery.incident) FROM delivery INDEXED BY delivery_waiting WHERE state = 0 AND delivery.incident > first.incident)
  FROM first WHERE first.incident IS NOT NULL)
SELECT coalesce(min(delivery.next_at), 0) FROM first JOIN delivery INDEXED BY delivery_waiting ON delivery.incident = first.incident
WHERE delivery.state = 0
  AND number = (SELECT min(number) FROM delivery AS other INDEXED BY delivery_waiting WHERE other.state = 0 AND other.incident = first.incident)
