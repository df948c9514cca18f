-- What the next snapshot of a target follows, and which pages of statements wait for it.
SELECT next_seq, taken_at, continuity, statements FROM target WHERE id = :target
