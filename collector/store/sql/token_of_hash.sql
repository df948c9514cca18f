-- The token of a secret.
SELECT id, name, rights, created_at, created_by, expires_at, last_used FROM token WHERE hash = :hash
