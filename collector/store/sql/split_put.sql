-- An environment has no majority.
INSERT INTO split (database, environment, since) VALUES (:database, :environment, :since)
