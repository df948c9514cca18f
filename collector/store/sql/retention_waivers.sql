-- Retention: waivers that ended before a moment, and of which no drift speaks.
DELETE FROM waiver
WHERE id IN (
  SELECT id FROM waiver
  WHERE ended_at < :moment AND NOT EXISTS (SELECT 1 FROM drift WHERE drift.waiver = waiver.id)
  LIMIT :slice)
