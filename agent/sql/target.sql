-- What the next snapshot of a target follows.
SELECT next_seq, taken_at FROM target WHERE id = :target
