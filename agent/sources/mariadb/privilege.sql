-- What is granted on the database, its tables, columns and routines. A grant is to a name and stays when what had the
-- name is gone, so it is an object of its own. What is granted on the whole server is the server's.
-- A column stands in parentheses behind the privilege. Of a grant on a pattern of names only that the database fits it.
-- @kind system_privilege
WITH given AS (
    SELECT 'schema main' AS target, d.User AS user, d.Host AS host, '' AS part,
           CONCAT_WS(',', IF(d.Select_priv = 'Y', 'Select', NULL), IF(d.Insert_priv = 'Y', 'Insert', NULL),
                     IF(d.Update_priv = 'Y', 'Update', NULL), IF(d.Delete_priv = 'Y', 'Delete', NULL),
                     IF(d.Create_priv = 'Y', 'Create', NULL), IF(d.Drop_priv = 'Y', 'Drop', NULL),
                     IF(d.Grant_priv = 'Y', 'Grant', NULL), IF(d.References_priv = 'Y', 'References', NULL),
                     IF(d.Index_priv = 'Y', 'Index', NULL), IF(d.Alter_priv = 'Y', 'Alter', NULL),
                     IF(d.Create_tmp_table_priv = 'Y', 'Create Temporary Tables', NULL),
                     IF(d.Lock_tables_priv = 'Y', 'Lock Tables', NULL),
                     IF(d.Create_view_priv = 'Y', 'Create View', NULL),
                     IF(d.Show_view_priv = 'Y', 'Show View', NULL),
                     IF(d.Create_routine_priv = 'Y', 'Create Routine', NULL),
                     IF(d.Alter_routine_priv = 'Y', 'Alter Routine', NULL),
                     IF(d.Execute_priv = 'Y', 'Execute', NULL), IF(d.Event_priv = 'Y', 'Event', NULL),
                     IF(d.Show_create_routine_priv = 'Y', 'Show Create Routine', NULL),            --[110300..]
                     IF(d.Delete_history_priv = 'Y', 'Delete History', NULL),                      --[100304..]
                     IF(d.Trigger_priv = 'Y', 'Trigger', NULL)) AS privileges
      FROM mysql.db d
     WHERE DATABASE() LIKE d.Db
    UNION ALL
    SELECT CONCAT('table ', t.Table_name), t.User, t.Host, '', t.Table_priv
      FROM mysql.tables_priv t
     WHERE t.Db = DATABASE()
    UNION ALL
    SELECT CONCAT('table ', c.Table_name), c.User, c.Host, CONCAT(' (', c.Column_name, ')'), c.Column_priv
      FROM mysql.columns_priv c
     WHERE c.Db = DATABASE()
    UNION ALL
    SELECT CONCAT(LOWER(p.Routine_type), ' ', p.Routine_name), p.User, p.Host, '', p.Proc_priv
      FROM mysql.procs_priv p
     WHERE p.Db = DATABASE()
), granted AS (
    SELECT g.target, g.part, CONCAT(g.privileges, '') AS privileges,
           CASE WHEN g.host = '' OR g.host IS NULL THEN g.user ELSE CONCAT(g.user, '@', g.host) END AS grantee
      FROM given g
), privilege AS (
    SELECT 'Select' AS privilege UNION ALL SELECT 'Insert' UNION ALL SELECT 'Update' UNION ALL SELECT 'Delete'
    UNION ALL SELECT 'Create' UNION ALL SELECT 'Drop' UNION ALL SELECT 'References' UNION ALL SELECT 'Index'
    UNION ALL SELECT 'Alter' UNION ALL SELECT 'Create Temporary Tables' UNION ALL SELECT 'Lock Tables'
    UNION ALL SELECT 'Create View' UNION ALL SELECT 'Show View' UNION ALL SELECT 'Create Routine'
    UNION ALL SELECT 'Alter Routine' UNION ALL SELECT 'Execute' UNION ALL SELECT 'Event' UNION ALL SELECT 'Trigger'
    UNION ALL SELECT 'Delete History' UNION ALL SELECT 'Delete versioning rows' UNION ALL SELECT 'Show Create Routine'
), item AS (
    SELECT g.target,
           CONCAT(CASE p.privilege WHEN 'Delete versioning rows' THEN 'DELETE HISTORY' ELSE UPPER(p.privilege) END,
                  g.part, ' TO ',
                  CASE WHEN g.grantee RLIKE '^[0-9A-Za-z_@.%:/-]+$' THEN g.grantee
                       ELSE CONCAT('"', REPLACE(g.grantee, '"', '""'), '"') END,
                  CASE WHEN FIND_IN_SET('Grant', g.privileges) > 0 THEN ' WITH GRANT OPTION' ELSE '' END) AS item
      FROM granted g
      JOIN privilege p ON FIND_IN_SET(p.privilege, g.privileges) > 0
)
SELECT i.target AS name,
       CONCAT('{', GROUP_CONCAT('"', REPLACE(REPLACE(i.item, '\\', '\\\\'), '"', '\\"'), '"'), '}') AS `grants{}`
  FROM item i
 GROUP BY BINARY i.target
