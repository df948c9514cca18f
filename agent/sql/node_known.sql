-- Whether a node is here.
SELECT 1 FROM node WHERE hash = :hash
