-- A target that the configuration has; its number is the answer.
INSERT INTO target (database, environment, instance, watched)
VALUES (:database, :environment, :instance, 1)
ON CONFLICT (database, environment, instance) DO UPDATE SET watched = 1
RETURNING id
