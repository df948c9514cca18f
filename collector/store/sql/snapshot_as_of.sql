-- The newest snapshot that was taken at a moment or before it.
SELECT id FROM snapshot WHERE target = :target AND taken_at <= :as_of ORDER BY id DESC LIMIT 1
