-- One thing that happened.
INSERT INTO event (at, type, severity, target, agent, data) VALUES (:at, :type, :severity, :target, :agent, :data)
