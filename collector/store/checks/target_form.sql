-- What a target says makes sense.
SELECT printf('target %d makes no sense', id)
FROM target
WHERE database = '' OR environment = '' OR instance = '' OR state NOT BETWEEN 0 AND 5
