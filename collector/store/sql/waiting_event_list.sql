-- Events that wait to be told of an incident, oldest first.
SELECT event.id, at, type, severity, target, event.agent, database, environment, instance, data, agent.name
FROM incident_event JOIN event ON event.id = incident_event.event LEFT JOIN agent ON agent.id = event.agent
WHERE incident = :incident ORDER BY incident_event.event LIMIT :limit
