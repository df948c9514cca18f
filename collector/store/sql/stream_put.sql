-- An outbox was read so far.
INSERT INTO stream (agent, incarnation, target, last_seq) VALUES (:agent, :incarnation, :target, :seq)
ON CONFLICT (agent, incarnation, target) DO UPDATE SET last_seq = excluded.last_seq
