-- What a waiver says makes sense.
SELECT printf('waiver %d makes no sense', id)
FROM waiver
WHERE database = '' OR pattern = '' OR future NOT BETWEEN 0 AND 1 OR (future = 1 AND pattern IS NULL)
  OR reason = '' OR author = '' OR created_by = '' OR expires_at <= created_at
  OR (ended_at IS NULL AND ended_by IS NOT NULL)
