-- What happened before a number, newest first.
SELECT event.id, at, type, severity, target, event.agent, database, environment, instance, data, agent.name
FROM event LEFT JOIN agent ON agent.id = event.agent
WHERE event.id < :before ORDER BY event.id DESC LIMIT :limit
