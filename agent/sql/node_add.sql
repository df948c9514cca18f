-- A node that nothing refers to yet. One that is here already gets its bytes anew: they may have been damaged.
INSERT INTO node (hash, type, uses, bytes)
VALUES (:hash, :type, 0, :bytes)
ON CONFLICT (hash) DO UPDATE SET type = excluded.type, bytes = excluded.bytes
 WHERE type <> excluded.type OR bytes <> excluded.bytes
RETURNING uses
