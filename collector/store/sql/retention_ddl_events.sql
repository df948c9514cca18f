-- Retention: statements that were captured up to a snapshot.
DELETE FROM ddl_event
WHERE id IN (SELECT id FROM ddl_event WHERE target = :target AND snapshot <= :kept_from LIMIT :slice)
