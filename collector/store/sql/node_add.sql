-- A node that is there already stays as it is.
INSERT INTO node (hash, type, bytes) VALUES (:hash, :type, :bytes)
ON CONFLICT (hash) DO NOTHING
