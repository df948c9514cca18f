-- The open incidents of what is beyond limits that have something to tell.
SELECT id, route, sink, subject, database, environment, opened_at, ended_at, first_at, due_at, told, told_at, severity, escalated_at, escalates_at, remote, held_by
FROM incident WHERE subject = '*' AND ended_at IS NULL AND first_at IS NOT NULL ORDER BY id
