-- Retention and verification: how many nodes there are.
SELECT count(*) FROM node
