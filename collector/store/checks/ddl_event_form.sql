-- What a captured statement says makes sense.
SELECT printf('captured statement %d makes no sense', id)
FROM ddl_event
WHERE number < 0 OR at < 0 OR actor = '' OR role = '' OR unconfirmed NOT IN (0, 1)
