-- Make a snapshot the newest of its target: when it was taken, the target was looked at.
UPDATE target SET snapshot = :snapshot, root = :root, major = :major, gaps = :gaps, root_since = :root_since,
  checked_at = max(ifnull(checked_at, 0), :taken_at), engine = :engine WHERE id = :target
