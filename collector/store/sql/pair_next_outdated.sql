-- The next database of which a pair was not worked out under a policy. Two ranges, so that where there is none nothing
-- is read; || keeps the planner from walking all names instead.
SELECT min(database) FROM (
  SELECT database FROM pair WHERE active = 1 AND policy < :policy AND database || '' > :after
  UNION ALL
  SELECT database FROM pair WHERE active = 1 AND policy > :policy AND database || '' > :after)
