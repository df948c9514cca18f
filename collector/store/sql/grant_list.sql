-- The grants of an agent.
SELECT database, environment, instance FROM agent_grant
WHERE agent = :agent
ORDER BY database, environment, instance
