-- A new agent.
INSERT INTO agent (name, key, enrolled_at, enrolled_by) VALUES (:name, :key, :at, :by)
