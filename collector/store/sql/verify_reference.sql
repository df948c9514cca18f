-- What a node refers to.
SELECT id, type FROM node WHERE hash = :hash
