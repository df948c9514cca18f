-- Retention: the snapshot that was the newest of a target at a moment. What is older was not true any more by then.
SELECT id FROM snapshot WHERE target = :target AND received_at <= :moment ORDER BY id DESC LIMIT 1
