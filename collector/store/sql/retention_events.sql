-- Retention: events up to a number that are older than a moment, unless notifications have not got that far, or wait to
-- be told of them.
DELETE FROM event
WHERE id > :after AND id <= :last AND at < :moment
  AND id <= coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'planned'), :last)
  AND NOT EXISTS (SELECT 1 FROM incident_event WHERE incident_event.event = event.id)
