-- Retention: incidents that ended before a moment and have no messages any more.
DELETE FROM incident WHERE id IN (
  SELECT id FROM incident
  WHERE ended_at < :moment AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.incident = incident.id)
  ORDER BY ended_at LIMIT :slice)
