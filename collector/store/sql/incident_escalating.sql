-- Incidents that somebody else is to be told of, the earliest first.
SELECT id, route, sink, subject, database, environment, opened_at, ended_at, first_at, due_at, told, told_at, severity, escalated_at, escalates_at, remote, held_by
FROM incident WHERE escalates_at IS NOT NULL AND escalates_at <= :now ORDER BY escalates_at, id LIMIT :limit
