-- The server's numbers of a target's newest snapshot.
SELECT root, origin, ids FROM identity WHERE target = :target
