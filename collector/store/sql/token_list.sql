-- All tokens by name.
SELECT id, name, rights, created_at, created_by, expires_at, last_used FROM token ORDER BY name
