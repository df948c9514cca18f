-- A new waiver.
INSERT INTO waiver (database, from_environment, to_environment, pattern, future, reason, author, created_by, created_at, expires_at)
VALUES (:database, :from, :to, :pattern, :future, :reason, :author, :created_by, :created_at, :expires_at)
