-- What the account cannot see. The information schema leaves out what one has no rights to, and does not say so.
-- Whether it is complete follows from what the account has been granted on the whole database or server. What the roles
-- that it has enabled were granted shows only to whoever may read all of the database `mysql`.
-- Foreign keys are shown to whoever has another right to a table than SELECT.
-- @kind table
WITH account AS (
    SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', -1) AS host,
           SUBSTR(CURRENT_USER(), 1, CHAR_LENGTH(CURRENT_USER())
                                     - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1) AS user
), grantee AS (
    SELECT CONCAT('''', a.user, '''@''', a.host, '''') AS name FROM account a
    UNION ALL                                                                                      --[100000..]
    SELECT CONCAT('''', r.ROLE_NAME, '''@''''')                                                    --[100000..]
      FROM information_schema.ENABLED_ROLES r WHERE r.ROLE_NAME IS NOT NULL                        --[100000..]
), granted AS (
    SELECT u.PRIVILEGE_TYPE AS privilege
      FROM information_schema.USER_PRIVILEGES u JOIN grantee g ON BINARY g.name = BINARY u.GRANTEE
    UNION ALL
    SELECT s.PRIVILEGE_TYPE
      FROM information_schema.SCHEMA_PRIVILEGES s JOIN grantee g ON BINARY g.name = BINARY s.GRANTEE
     WHERE DATABASE() LIKE s.TABLE_SCHEMA
), needed AS (
    SELECT 'table' AS kind, 'SELECT' AS privileges, 'SELECT on the whole database' AS what
    UNION ALL SELECT 'view', 'SELECT', 'SELECT on the whole database'
    UNION ALL SELECT 'sequence', 'SELECT', 'SELECT on the whole database'                          --[100000..]
    UNION ALL SELECT 'trigger', 'TRIGGER', 'TRIGGER on the whole database'
    UNION ALL SELECT 'event', 'EVENT', 'EVENT on the whole database'
    UNION ALL SELECT 'foreign_key', 'SHOW VIEW,TRIGGER,REFERENCES,INSERT,UPDATE,DELETE,CREATE,DROP,ALTER,INDEX',
                     'SHOW VIEW on the whole database'
    UNION ALL SELECT 'function', 'SHOW_ROUTINE,SELECT', 'SHOW_ROUTINE'                             --[..99999]
    UNION ALL SELECT 'procedure', 'SHOW_ROUTINE,SELECT', 'SHOW_ROUTINE'                            --[..99999]
)
SELECT n.kind AS kind,
       NULL AS `schema`,
       NULL AS name,
       CONCAT('needs ', n.what) AS gap
  FROM needed n
 WHERE NOT EXISTS (SELECT 1 FROM granted g WHERE FIND_IN_SET(g.privilege, n.privileges) > 0)
