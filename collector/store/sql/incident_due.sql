-- Incidents that are to be told, the earliest first.
SELECT id, route, sink, subject, database, environment, opened_at, ended_at, first_at, due_at, told, told_at, severity, escalated_at, escalates_at, remote, held_by
FROM incident WHERE due_at IS NOT NULL AND due_at <= :now ORDER BY due_at, id LIMIT :limit
