-- An event waits to be told.
INSERT INTO incident_event (incident, event) VALUES (:incident, :event) ON CONFLICT DO NOTHING
