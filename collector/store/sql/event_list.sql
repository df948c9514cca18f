-- What happened after a number, oldest first.
SELECT event.id, at, type, severity, target, event.agent, database, environment, instance, data, agent.name
FROM event LEFT JOIN agent ON agent.id = event.agent
WHERE event.id > :after ORDER BY event.id LIMIT :limit
