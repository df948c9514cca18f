-- The newest whole snapshot of a target before one.
SELECT id, node, root, engine, objects, gaps FROM snapshot
WHERE target = :target AND node IS NOT NULL AND id < :before
ORDER BY id DESC LIMIT 1
