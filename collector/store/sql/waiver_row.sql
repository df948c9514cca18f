-- One waiver by its number, with the number of drifts that it covers now.
SELECT id, database, from_environment, to_environment, pattern, future, reason, author, created_by, created_at, expires_at,
  ended_at, ended_by, (SELECT count(*) FROM drift WHERE drift.waiver = waiver.id AND state = 2)
FROM waiver WHERE id = :id
