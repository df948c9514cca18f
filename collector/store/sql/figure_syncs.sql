-- What became of things that are kept in line after a number, of the next :limit runs.
SELECT id, state, manual, lead FROM sync_run WHERE id > :after ORDER BY id LIMIT :limit
