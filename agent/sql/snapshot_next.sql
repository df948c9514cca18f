-- The first snapshot of a target from a number on.
SELECT seq, root, taken_at, server_version, reference, lost_reason, renames, fresh, statements, captured
  FROM snapshot
 WHERE target = :target AND seq >= :seq
 ORDER BY seq LIMIT 1
