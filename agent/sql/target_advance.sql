-- A snapshot was added.
UPDATE target SET next_seq = :seq + 1, taken_at = :taken_at, lost_reason = NULL WHERE id = :target
