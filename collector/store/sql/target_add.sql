-- A target that was never seen before.
INSERT INTO target (database, environment, instance, engine, state_since, first_seen)
VALUES (:database, :environment, :instance, :engine, :at, :at)
