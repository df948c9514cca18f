-- One that an outbox under another name need not offer: it was acknowledged, and is not the newest of its target.
SELECT target, seq
  FROM snapshot
 WHERE acknowledged_at IS NOT NULL
   AND seq < (SELECT max(seq) FROM snapshot AS newest WHERE newest.target = snapshot.target)
 LIMIT 1
