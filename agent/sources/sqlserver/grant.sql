-- What is granted and denied on the database, schemas, objects, columns, types, roles and XML schema collections. The
-- grantor is said where it is neither dbo nor the owner. That a user may connect is not said: users differ from place
-- to place; of guest it is. Serves SQL Server 2016 and later.
-- @attach
SELECT CASE p.class WHEN 0 THEN 'database' WHEN 1 THEN 'object' WHEN 3 THEN 'schema' WHEN 4 THEN 'principal'
                    WHEN 6 THEN 'type' ELSE 'xml_collection' END AS "of",
       CASE p.class WHEN 0 THEN 1 ELSE p.major_id END AS of_id,
       CASE p.class WHEN 1 THEN p.minor_id ELSE 0 END AS of_sub_id,
       CASE WHEN p.state IN ('G', 'W')
            THEN CONCAT(p.permission_name COLLATE DATABASE_DEFAULT, ' TO ',
                        CASE g.principal_id WHEN 0 THEN 'PUBLIC' ELSE g.name END,
                        CASE p.state WHEN 'W' THEN ' WITH GRANT OPTION' ELSE '' END,
                        CASE WHEN p.grantor_principal_id IN (1, COALESCE(o.principal_id, s.principal_id, 1)) THEN ''
                             ELSE CONCAT(' BY ', r.name) END) END AS "grants{}",
       CASE p.state WHEN 'D'
            THEN CONCAT(p.permission_name COLLATE DATABASE_DEFAULT, ' TO ',
                        CASE g.principal_id WHEN 0 THEN 'PUBLIC' ELSE g.name END) END AS "denied{}",
       CASE p.state WHEN 'R'
            THEN CONCAT(p.permission_name COLLATE DATABASE_DEFAULT, ' FROM ',
                        CASE g.principal_id WHEN 0 THEN 'PUBLIC' ELSE g.name END) END AS "revoked{}"
  FROM sys.database_permissions p
  JOIN sys.database_principals g ON g.principal_id = p.grantee_principal_id
  LEFT JOIN sys.database_principals r ON r.principal_id = p.grantor_principal_id
  LEFT JOIN sys.objects o ON p.class = 1 AND o.object_id = p.major_id
  LEFT JOIN sys.schemas s ON s.schema_id = CASE p.class WHEN 1 THEN o.schema_id WHEN 3 THEN p.major_id END
 WHERE p.class IN (0, 1, 3, 4, 6, 10)
   AND NOT (p.class = 0 AND p.type = 'CO' AND p.state = 'G' AND g.principal_id <> 2)
