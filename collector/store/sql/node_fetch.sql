-- A node by its hash.
SELECT type, bytes FROM node WHERE hash = :hash
