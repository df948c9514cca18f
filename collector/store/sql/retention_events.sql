-- Retention: events up to a number that are older than a moment.
DELETE FROM event WHERE id > :after AND id <= :last AND at < :moment
