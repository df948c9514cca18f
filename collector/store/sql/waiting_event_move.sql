-- Events that wait are told with another incident. One that waits there, too, is told once.
INSERT INTO incident_event (incident, event) SELECT :to, event FROM incident_event WHERE incident = :from AND event <= :last
ON CONFLICT DO NOTHING
