-- What is kept of what people did makes sense.
SELECT printf('entry %d of the audit makes no sense', id)
FROM audit
WHERE by = '' OR action = '' OR action GLOB '*[^a-z-]*' OR NOT json_valid(data) OR json_type(data) <> 'object'
