-- Checks of MySQL, whose names are unique in a database.
-- @kind check
-- @part_of relation
-- @versions 80016..99999
SELECT CONV(LEFT(SHA1(t.TABLE_NAME), 15), 16, 10) AS part_of_id,
       k.CONSTRAINT_NAME AS name,
       REPLACE(k.CHECK_CLAUSE, '\\''', '''') AS expression,
       CASE t.ENFORCED WHEN 'NO' THEN 'no' END AS enforced
  FROM information_schema.CHECK_CONSTRAINTS k
  JOIN information_schema.TABLE_CONSTRAINTS t
    ON t.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = k.CONSTRAINT_NAME
   AND t.CONSTRAINT_TYPE = 'CHECK'
 WHERE k.CONSTRAINT_SCHEMA = DATABASE()
