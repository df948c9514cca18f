-- Retention: what people did up to a number and before a moment.
DELETE FROM audit WHERE id > :after AND id <= :last AND at < :moment
