-- When the next message is to be tried.
WITH RECURSIVE first (incident) AS (
  SELECT min(incident) FROM delivery WHERE state = 0 AND incident > 0
  UNION ALL
  SELECT (SELECT min(delivery.incident) FROM delivery WHERE state = 0 AND delivery.incident > first.incident)
  FROM first WHERE first.incident IS NOT NULL)
SELECT coalesce(min(delivery.next_at), 0) FROM first JOIN delivery ON delivery.incident = first.incident
WHERE delivery.state = 0
  AND number = (SELECT min(number) FROM delivery AS other WHERE other.state = 0 AND other.incident = first.incident)
