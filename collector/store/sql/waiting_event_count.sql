-- How many events wait to be told of an incident, up to a number.
SELECT count(*) FROM (SELECT 1 FROM incident_event WHERE incident = :incident LIMIT :limit)
