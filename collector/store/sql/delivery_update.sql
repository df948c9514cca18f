-- How a message goes.
UPDATE delivery SET state = :state, attempts = :attempts, next_at = :next_at, tried_since = :tried_since, attempted_at = :attempted_at, finished_at = :finished_at, status = :status, problem = :problem
WHERE id = :id
