-- Checks of MariaDB. One that belongs to a column has the column's name; what comes with the type JSON is among them.
-- A period of time that an application keeps is one, too: its name, and that the first column is below the second.
-- @kind check
-- @part_of relation
-- @versions 100200..
SELECT CONV(LEFT(SHA1(k.TABLE_NAME), 15), 16, 10) AS part_of_id,
       k.CONSTRAINT_NAME AS name,
       CASE k.LEVEL WHEN 'Column' THEN 'column' END AS level,                                      --[100510..]
       k.CHECK_CLAUSE AS expression
  FROM information_schema.CHECK_CONSTRAINTS k
 WHERE k.CONSTRAINT_SCHEMA = DATABASE()
