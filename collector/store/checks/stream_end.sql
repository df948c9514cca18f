-- An outbox was read at least as far as its snapshots say.
SELECT printf('the outbox of snapshot #%d was read up to number %d only', latest.id, coalesce(stream.last_seq, 0))
FROM (SELECT id, target, agent, incarnation, max(seq) AS seq FROM snapshot GROUP BY target, agent, incarnation) AS latest
LEFT JOIN stream USING (agent, incarnation, target)
WHERE coalesce(stream.last_seq, 0) < latest.seq
