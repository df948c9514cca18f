-- One incident by its number.
SELECT id, route, sink, subject, database, environment, opened_at, ended_at, first_at, due_at, told, told_at, severity, escalated_at, escalates_at, remote, held_by
FROM incident WHERE id = :id
