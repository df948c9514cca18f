-- The snapshot that is so many before the newest.
SELECT id FROM snapshot WHERE target = :target ORDER BY id DESC LIMIT 1 OFFSET :back
