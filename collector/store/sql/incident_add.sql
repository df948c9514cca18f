-- A new incident.
INSERT INTO incident (route, sink, subject, database, environment, opened_at, ended_at, first_at, due_at, told, told_at, severity, escalated_at, escalates_at, remote, held_by)
VALUES (:route, :sink, :subject, :database, :environment, :opened_at, :ended_at, :first_at, :due_at, :told, :told_at, :severity, :escalated_at, :escalates_at, :remote, :held_by)
