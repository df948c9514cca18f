-- A change that was captured has its statement, one that is known to have succeeded; one that nobody saw has none. A
-- statement is of the same snapshot.
SELECT printf('change %d has no statement %d, or not of its own, or one that may have failed', change.id,
  coalesce(change.ddl_event, 0))
FROM change LEFT JOIN ddl_event ON ddl_event.id = change.ddl_event
WHERE (evidence = 1 AND change.ddl_event IS NULL)
  OR (evidence = 2 AND change.ddl_event IS NOT NULL)
  OR (evidence = 1 AND ddl_event.unconfirmed)
  OR (change.ddl_event IS NOT NULL AND (ddl_event.id IS NULL OR ddl_event.snapshot <> change.snapshot))
