-- The troubles of an incident, by their names.
SELECT incident, trouble, severity, event, begun_at, told_at, told_type, told_severity, seen, repeats
FROM incident_trouble WHERE incident = :incident ORDER BY trouble
