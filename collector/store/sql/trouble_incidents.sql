-- Open incidents about a database that have troubles of a sort.
SELECT id FROM incident
WHERE ended_at IS NULL AND database = :database
  AND EXISTS (SELECT 1 FROM incident_trouble WHERE incident = incident.id AND trouble >= :from AND trouble < :to)
ORDER BY id
