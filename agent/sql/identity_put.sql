-- Keep the server's numbers; what is the same already is not written.
INSERT INTO identity (target, root, origin, ids)
VALUES (:target, :root, :origin, :ids)
ON CONFLICT (target) DO UPDATE SET root = excluded.root, origin = excluded.origin, ids = excluded.ids
 WHERE root <> excluded.root OR origin <> excluded.origin OR ids <> excluded.ids
