-- Waivers in force that end at a moment or before it; NULL: of any database. Additions keep the planner from walking all
-- that there ever were: this is asked every second.
SELECT id FROM waiver
WHERE ended_at IS NULL AND expires_at <= :expired_at
  AND (:database IS NULL OR database = :database) AND id + 0 < :before
ORDER BY id + 0 DESC LIMIT :limit
