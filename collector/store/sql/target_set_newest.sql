-- Make a snapshot the newest of its target.
UPDATE target SET snapshot = :snapshot, root = :root, major = :major, gaps = :gaps, root_since = :root_since, engine = :engine WHERE id = :target
