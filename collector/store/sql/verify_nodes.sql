-- Retention and verification: the next few nodes.
SELECT id, hash, type, bytes FROM node WHERE id > :after ORDER BY id LIMIT :slice
