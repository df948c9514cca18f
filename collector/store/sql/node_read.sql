-- A node by its row.
SELECT type, bytes FROM node WHERE id = :id
