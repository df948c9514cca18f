-- Up to which number a target's snapshots were acknowledged, and whether pages of statements wait for one to come: these
-- came with snapshots of lower numbers, and nobody has them yet.
SELECT (SELECT max(seq) FROM snapshot WHERE target = :target AND acknowledged_at IS NOT NULL),
       (SELECT length(statements) > 0 FROM target WHERE id = :target),
       (SELECT next_seq FROM target WHERE id = :target)
