-- A whole snapshot has the node of its root.
SELECT printf('snapshot #%d has the node %d, which is not its root', snapshot.id, snapshot.node)
FROM snapshot LEFT JOIN node ON node.id = snapshot.node
WHERE snapshot.node IS NOT NULL AND (node.id IS NULL OR node.hash <> snapshot.root OR node.type <> 4)
