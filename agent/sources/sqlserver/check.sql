-- Checks. One whose name the server made up is called by what it says, cut at 100 characters: check([total]>=(0)). The
-- expression is as the server writes it. Serves SQL Server 2016 and later.
-- @kind check
-- @catalogue object
-- @part_of object
-- @plain_lines
SELECT k.parent_object_id AS part_of_id,
       k.object_id AS id,
       CASE WHEN k.is_system_named = 0 THEN k.name COLLATE DATABASE_DEFAULT
            WHEN k.definition IS NULL THEN CONCAT('check #', k.place)
            WHEN k.place > 1 THEN CONCAT('check', LEFT(k.definition, 100) COLLATE DATABASE_DEFAULT, ' #', k.place)
            ELSE CONCAT('check', LEFT(k.definition, 100) COLLATE DATABASE_DEFAULT) END AS name,
       k.definition AS expression,
       CASE k.is_disabled WHEN 1 THEN 'no' END AS enforced,
       CASE k.is_not_trusted WHEN 1 THEN 'no' END AS validated,
       CASE k.is_not_for_replication WHEN 1 THEN 'yes' END AS not_for_replication
  FROM (SELECT q.parent_object_id, q.object_id, q.name, q.definition, q.is_system_named, q.is_disabled,
               q.is_not_trusted, q.is_not_for_replication,
               ROW_NUMBER() OVER (PARTITION BY q.parent_object_id, q.is_system_named, LEFT(q.definition, 100)
                                  ORDER BY q.definition, q.is_disabled, q.is_not_trusted, q.object_id) AS place
          FROM sys.check_constraints q) AS k
