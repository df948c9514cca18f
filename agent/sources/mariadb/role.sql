-- Roles that have been granted something on the database, and who may take them. Roles are the server's, so those that
-- have nothing to do with the database are left out. Whoever sees no grants sees no roles. MySQL's roles are users.
-- @kind role
-- @versions 100000..
SELECT r.role AS name,
       (SELECT CONCAT('{', GROUP_CONCAT('"', REPLACE(REPLACE(
                   CONCAT(m.User, CASE m.Host WHEN '' THEN '' ELSE CONCAT('@', m.Host) END,
                          CASE m.Admin_option WHEN 'Y' THEN ' WITH ADMIN OPTION' ELSE '' END),
                   '\\', '\\\\'), '"', '\\"'), '"'), '}')
          FROM mysql.roles_mapping m WHERE m.Role = r.role) AS `members{}`
  FROM (SELECT d.User AS role FROM mysql.db d WHERE DATABASE() LIKE d.Db AND d.Host = ''
        UNION SELECT t.User FROM mysql.tables_priv t WHERE t.Db = DATABASE() AND t.Host = ''
        UNION SELECT c.User FROM mysql.columns_priv c WHERE c.Db = DATABASE() AND c.Host = ''
        UNION SELECT p.User FROM mysql.procs_priv p WHERE p.Db = DATABASE() AND p.Host = '') r
 WHERE r.role NOT IN ('', 'PUBLIC')
