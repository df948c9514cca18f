-- Sequences of MariaDB, what they were told to do and never how far they have counted. Each one says so itself, like a
-- table of one row, so the question to all of them is put together first. Limits that the server chooses are left out.
-- @kind sequence
-- @versions 100300..
BEGIN NOT ATOMIC
  DECLARE question LONGTEXT;
  SELECT GROUP_CONCAT('SELECT ', QUOTE(t.name), ' AS name, ', QUOTE(t.engine), ' AS engine, ', QUOTE(t.comment),
                      ' AS comment, ', QUOTE(c.type), ' AS type, s.start_value AS start, s.increment AS increment,',
                      ' s.minimum_value AS minimum, s.maximum_value AS maximum, s.cache_size AS cache,',
                      ' s.cycle_option AS cycle FROM `', REPLACE(t.name, '`', '``'), '` s'
                      ORDER BY t.id SEPARATOR ' UNION ALL ')
    INTO question
    FROM (SELECT SHA1(x.TABLE_NAME) AS id, MAX(x.TABLE_NAME) AS name, MAX(x.ENGINE) AS engine,
                 MAX(x.TABLE_COMMENT) AS comment
            FROM information_schema.TABLES x
           WHERE x.TABLE_SCHEMA = DATABASE() AND x.TABLE_TYPE = 'SEQUENCE'
           GROUP BY id) t
    JOIN (SELECT SHA1(y.TABLE_NAME) AS id, CONCAT(y.DATA_TYPE,
                 CASE WHEN y.COLUMN_TYPE LIKE '%unsigned' THEN ' unsigned' ELSE '' END) AS type
            FROM information_schema.COLUMNS y
           WHERE y.TABLE_SCHEMA = DATABASE() AND y.COLUMN_NAME = 'next_not_cached_value') c ON c.id = t.id;
  EXECUTE IMMEDIATE CONCAT(
    'SELECT ''main'' AS `schema`, q.name, q.engine, NULLIF(q.comment, '''') AS comment, q.type, q.start, q.increment,
            CASE WHEN q.minimum <> CASE WHEN q.increment < 0 THEN -9223372036854775807 ELSE 1 END
                 THEN q.minimum END AS minimum,
            CASE WHEN q.maximum <> CASE WHEN q.increment < 0 THEN -1 ELSE 9223372036854775806 END
                 THEN q.maximum END AS maximum,
            q.cache, CASE WHEN q.cycle = 1 THEN ''yes'' END AS cycle
       FROM (',
    COALESCE(question, 'SELECT NULL AS name, NULL AS engine, NULL AS comment, NULL AS type, 0 AS start, 0 AS increment,
                               0 AS minimum, 0 AS maximum, 0 AS cache, 0 AS cycle FROM DUAL WHERE 0'), ') q');
END
