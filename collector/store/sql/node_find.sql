-- The row of a node.
SELECT id FROM node WHERE hash = :hash
