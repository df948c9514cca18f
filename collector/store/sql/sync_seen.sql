-- When a database had a schema first, the last time that it came to have it; an empty environment: in any.
SELECT max(s.taken_at) FROM snapshot s JOIN target t ON t.id = s.target
WHERE t.database = :database AND (:environment = '' OR t.environment = :environment) AND s.root = :root
