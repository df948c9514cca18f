-- The same with its title alone.
SELECT delivery.id, incident, delivery.sink, number, kind, state, created_at, attempts, next_at, tried_since, attempted_at, finished_at, events, last_event, status, problem,
  incident.route, incident.subject, incident.remote, iif(json_valid(message), coalesce(json_extract(message, '$.title'), ''), '')
FROM delivery JOIN incident ON incident.id = delivery.incident WHERE delivery.id = :id
