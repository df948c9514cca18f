-- What the first snapshot of a target after a number brings.
SELECT seq, statements, captured FROM snapshot WHERE target = :target AND seq > :seq ORDER BY seq LIMIT 1
