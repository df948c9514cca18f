-- Retention: whole snapshots before one, and not among the newest so many, become records.
UPDATE snapshot SET node = NULL
WHERE id IN (
  SELECT id FROM snapshot
  WHERE target = :target AND node IS NOT NULL AND id < :kept_from
    AND id <= (SELECT id FROM snapshot WHERE target = :target ORDER BY id DESC LIMIT 1 OFFSET :least)
  ORDER BY id LIMIT :slice)
