-- All environments that were told to have no majority.
SELECT database, environment, since FROM split ORDER BY database, environment
