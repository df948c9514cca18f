-- A token; only the hash of its secret is kept.
INSERT INTO token (name, hash, rights, created_at, created_by, expires_at)
VALUES (:name, :hash, :rights, :created_at, :created_by, :expires_at)
