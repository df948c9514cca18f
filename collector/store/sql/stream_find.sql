-- How far an outbox was read.
SELECT last_seq FROM stream WHERE agent = :agent AND incarnation = :incarnation AND target = :target
