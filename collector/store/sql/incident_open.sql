-- The open incident of a route, a sink and a subject.
SELECT id, route, sink, subject, database, environment, opened_at, ended_at, first_at, due_at, told, told_at, severity, escalated_at, escalates_at, remote, held_by
FROM incident WHERE route = :route AND sink = :sink AND subject = :subject AND ended_at IS NULL
