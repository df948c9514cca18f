-- Retention: nodes before one, the later first, so that none goes before those that refer to it.
SELECT id, length(bytes) FROM node WHERE id < :before ORDER BY id DESC LIMIT :slice
