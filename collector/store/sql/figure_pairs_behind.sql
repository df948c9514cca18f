-- How many active pairs were not worked out under a policy. Two ranges, so that those that were are not read.
SELECT count(*) FROM (SELECT 1 FROM pair WHERE active = 1 AND policy < :policy
                      UNION ALL
                      SELECT 1 FROM pair WHERE active = 1 AND policy > :policy)
