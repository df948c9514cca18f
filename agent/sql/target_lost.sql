-- Why the snapshots before the next one are gone.
UPDATE target SET lost_reason = :reason WHERE id = :target
