-- What is kept of an answer of the gate makes sense.
SELECT printf('run %d of the gate makes no sense', id)
FROM gate_run
WHERE by = '' OR database = '' OR to_environment = '' OR verdict NOT BETWEEN 0 AND 2
  OR length(from_root) <> 32 OR length(to_root) <> 32 OR length(against) <> 32
  OR pinned NOT BETWEEN 0 AND 1 OR (pinned = 1 AND from_root IS NULL)
  OR NOT json_valid(answer) OR json_type(answer) <> 'object'
