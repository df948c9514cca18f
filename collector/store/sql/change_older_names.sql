-- Under which names something was known before it got this name, and from which change on no more: the first of the
-- snapshot in which it was renamed, since all changes of a snapshot speak of the new names.
SELECT renamed_from, (SELECT min(id) FROM change WHERE snapshot = older.snapshot)
FROM (
  SELECT renamed_from, max(snapshot) AS snapshot FROM change
  WHERE target = :target AND object = :name AND renamed_from IS NOT NULL AND id < :before
  GROUP BY renamed_from) AS older
