-- A trouble of an incident, or how it is now.
INSERT INTO incident_trouble (incident, trouble, severity, event, begun_at, told_at, told_type, told_severity, seen, repeats)
VALUES (:incident, :trouble, :severity, :event, :begun_at, :told_at, :told_type, :told_severity, :seen, :repeats)
ON CONFLICT (incident, trouble) DO UPDATE SET severity = excluded.severity, event = excluded.event, begun_at = excluded.begun_at,
  told_at = excluded.told_at, told_type = excluded.told_type, told_severity = excluded.told_severity, seen = excluded.seen,
  repeats = excluded.repeats
