-- A target has had its root since its first snapshot with it after another one. Retention may have taken that other one.
SELECT printf('target %d has not had its root since %d', id, root_since)
FROM (
  SELECT target.id, root_since, other,
    (SELECT taken_at FROM snapshot WHERE target = target.id AND snapshot.id > coalesce(other, 0)
     ORDER BY snapshot.id LIMIT 1) AS since
  FROM (
    SELECT target.id, root_since, (
      SELECT older.id FROM snapshot AS older WHERE older.target = target.id AND older.root <> newest.root
      ORDER BY older.id DESC LIMIT 1) AS other
    FROM target JOIN snapshot AS newest ON newest.id = target.snapshot) AS target)
WHERE root_since IS NULL OR (other IS NOT NULL AND root_since <> since)
