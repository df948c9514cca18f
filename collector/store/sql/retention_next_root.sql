-- Retention: the next whole snapshot.
SELECT id, node FROM snapshot WHERE id > :after AND node IS NOT NULL ORDER BY id LIMIT 1
