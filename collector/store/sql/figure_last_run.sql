-- What the gate answered last of two environments.
SELECT verdict, at FROM gate_run
WHERE database = :database AND from_environment = :from AND to_environment = :to
ORDER BY id DESC LIMIT 1
