-- Some snapshot that has a root and is whole.
SELECT snapshot.id FROM node JOIN snapshot ON snapshot.node = node.id
WHERE node.hash = :root
LIMIT 1
