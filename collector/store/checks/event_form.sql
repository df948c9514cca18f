-- What an event says makes sense.
SELECT printf('event %d makes no sense', id)
FROM event
WHERE severity NOT BETWEEN 0 AND 3 OR type = '' OR type GLOB '*[^a-z-]*' OR NOT json_valid(data)
  OR json_type(data) <> 'object'
