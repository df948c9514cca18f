-- Retention: messages in a state that were finished before a moment.
DELETE FROM delivery WHERE id IN (
  SELECT id FROM delivery WHERE state = :state AND finished_at < :moment ORDER BY finished_at LIMIT :slice)
