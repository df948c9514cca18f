-- One grant; the same twice is one.
INSERT INTO agent_grant (agent, database, environment, instance) VALUES (:agent, :database, :environment, :instance)
ON CONFLICT DO NOTHING
