-- Snapshots of one root have as many objects.
SELECT printf('snapshots of the node %d say they have %d and %d objects', node, min(objects), max(objects))
FROM snapshot
WHERE node IS NOT NULL
GROUP BY node
HAVING min(objects) <> max(objects)
