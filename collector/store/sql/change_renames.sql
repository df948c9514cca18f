-- What was renamed in a target up to and with a snapshot, the newest first.
SELECT kind, object_kind, owner, object, renamed_from, snapshot FROM change
WHERE target = :target AND renamed_from IS NOT NULL AND snapshot <= :snapshot
ORDER BY snapshot DESC, id
