-- Retention: drifts that ended before a moment, with their steps. When one ended an agent's clock says, which may be
-- wrong: by the collector's it must be as old, too.
DELETE FROM drift
WHERE id IN (SELECT id FROM drift WHERE ended_at < :moment AND seen_at < :moment LIMIT :slice)
