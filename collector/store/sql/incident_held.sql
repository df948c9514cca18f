-- Incidents whose events wait, those that are told first first, and how many events that are.
SELECT id, route, sink, subject, due_at, held_by,
  (SELECT count(*) FROM incident_event WHERE incident_event.incident = incident.id)
FROM incident WHERE due_at IS NOT NULL ORDER BY due_at, id
