-- Retention: such runs up to a number that are older than a moment.
DELETE FROM sync_run WHERE id > :after AND id <= :last AND at < :moment
