-- @tables tables for MariaDB, each with 10 columns, a primary key, a foreign key, a check, two indexes and a comment:
-- the same as schema.sql makes in PostgreSQL.
DELIMITER //
BEGIN NOT ATOMIC
  FOR i IN 1..@tables DO
    EXECUTE IMMEDIATE CONCAT(
      'CREATE TABLE t', i, ' (
         id bigint PRIMARY KEY,
         c1 int NOT NULL CHECK (c1 > 0),
         c2 varchar(200),
         c3 varchar(40) NOT NULL DEFAULT ''x'',
         c4 decimal(12,2),
         c5 timestamp NOT NULL DEFAULT current_timestamp(),
         c6 boolean DEFAULT false,
         c7 json,
         c8 uuid,
         c9 bigint,
         KEY (c2), KEY (c3, c5 DESC),
         CONSTRAINT t', i, '_c9 FOREIGN KEY (c9) REFERENCES t', GREATEST(1, i - 1), ' (id)
       ) COMMENT ''table number ', i, '''');
  END FOR;
END//
DELIMITER ;
