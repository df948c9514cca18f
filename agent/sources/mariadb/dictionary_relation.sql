-- Names of tables that foreign keys refer to and that are not there (or not to be seen).
-- @dictionary relation
SELECT CONV(LEFT(SHA1(r.REFERENCED_TABLE_NAME), 15), 16, 10) AS id,
       CONCAT('main.', MAX(r.REFERENCED_TABLE_NAME)) AS text
  FROM information_schema.REFERENTIAL_CONSTRAINTS r
 WHERE r.CONSTRAINT_SCHEMA = DATABASE() AND r.UNIQUE_CONSTRAINT_SCHEMA = DATABASE()
 GROUP BY id
