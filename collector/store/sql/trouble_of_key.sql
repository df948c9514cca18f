-- A trouble in all open incidents that have it.
SELECT incident, trouble, incident_trouble.severity, event, begun_at, incident_trouble.told_at, told_type, told_severity, seen, repeats
FROM incident_trouble JOIN incident ON incident.id = incident
WHERE trouble = :trouble AND ended_at IS NULL ORDER BY incident
