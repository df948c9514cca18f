-- What waits for the next snapshot of a target, and what is known of capture as of the newest one; what is the same
-- already is not written.
UPDATE target SET statements = :statements, continuity = :continuity
 WHERE id = :target AND (statements <> :statements OR continuity <> :continuity)
