-- What was renamed in a target up to and with a snapshot, and what was removed of which some rename speaks, a later one,
-- too: of the thing or its owner, by an old name or a new one, or of the schema that it was in. What was removed has no
-- new name; CROSS JOIN, for the few names lead to the changes, not the many changes to the names. The newest first.
WITH
  renamed AS (SELECT kind, owner, object, renamed_from FROM change WHERE target = :target AND renamed_from IS NOT NULL),
  name AS (SELECT owner AS path FROM renamed UNION SELECT renamed_from FROM renamed),
  schema AS (
    SELECT object AS path FROM renamed WHERE kind = 1
    UNION SELECT renamed_from FROM renamed WHERE kind = 1)
SELECT kind, object_kind, owner, object, renamed_from, snapshot FROM change
WHERE target = :target AND renamed_from IS NOT NULL AND snapshot <= :snapshot
UNION
SELECT kind, object_kind, owner, '', object, snapshot FROM name CROSS JOIN change ON change.owner = name.path
WHERE target = :target AND effect = 1 AND snapshot <= :snapshot
UNION
SELECT kind, object_kind, owner, '', object, snapshot
FROM schema CROSS JOIN change ON change.owner > schema.path || '.' AND change.owner < schema.path || '/'
WHERE target = :target AND effect = 1 AND snapshot <= :snapshot
ORDER BY 6 DESC
