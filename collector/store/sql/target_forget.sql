-- Streams, snapshots, changes and captured statements go with it.
DELETE FROM target WHERE id = :target
