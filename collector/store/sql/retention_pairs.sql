-- Retention: pairs that are over, and of which no drift is left.
DELETE FROM pair
WHERE id IN (
  SELECT id FROM pair WHERE active = 0 AND NOT EXISTS (SELECT 1 FROM drift WHERE drift.pair = pair.id) LIMIT :slice)
