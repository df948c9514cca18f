-- Retention: a node that nothing leads to.
DELETE FROM node WHERE id = :id
