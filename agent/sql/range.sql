-- From which snapshot to which a target's go, how many of them nobody has acknowledged, the newest one's root, the
-- number that the next one gets, and the newest one's server.
SELECT min(seq), max(seq), sum(acknowledged_at IS NULL),
       (SELECT root FROM snapshot WHERE target = :target ORDER BY seq DESC LIMIT 1),
       (SELECT next_seq FROM target WHERE id = :target),
       (SELECT server_version FROM snapshot WHERE target = :target ORDER BY seq DESC LIMIT 1)
  FROM snapshot
 WHERE target = :target
