-- What moves when somebody changes a schema, of any database of the server: how many such statements began since the
-- server started, whoever ran them (also in routines, events, prepared statements and on a replica). TRUNCATE, OPTIMIZE
-- and temporary tables change no schema.
-- The counters move when a statement begins. One that runs long is over when it is no longer in the list of what runs,
-- which a role with PROCESS sees of everybody and any other of itself.
-- After a restart the counters begin anew; then the connection is another, too.
-- So this proves nothing: it is not exact.
-- @probe
SELECT (SELECT GROUP_CONCAT(s.VARIABLE_NAME, ' ', s.VARIABLE_VALUE ORDER BY s.VARIABLE_NAME SEPARATOR ' ')
          FROM information_schema.GLOBAL_STATUS s                                                  --[100000..]
          FROM performance_schema.global_status s                                                  --[..99999]
         WHERE s.VARIABLE_NAME IN (
               'Com_alter_db', 'Com_alter_event', 'Com_alter_function', 'Com_alter_procedure', 'Com_alter_sequence',
               'Com_alter_table', 'Com_alter_user', 'Com_create_db', 'Com_create_event', 'Com_create_function',
               'Com_create_index', 'Com_create_package', 'Com_create_package_body', 'Com_create_procedure',
               'Com_create_role', 'Com_create_sequence', 'Com_create_table', 'Com_create_trigger', 'Com_create_udf',
               'Com_create_user', 'Com_create_view', 'Com_drop_db', 'Com_drop_event', 'Com_drop_function',
               'Com_drop_index', 'Com_drop_package', 'Com_drop_package_body', 'Com_drop_procedure', 'Com_drop_role',
               'Com_drop_sequence', 'Com_drop_table', 'Com_drop_trigger', 'Com_drop_user', 'Com_drop_view', 'Com_grant',
               'Com_grant_role', 'Com_grant_roles', 'Com_rename_table', 'Com_rename_user', 'Com_revoke',
               'Com_revoke_all', 'Com_revoke_role', 'Com_revoke_roles')
           AND s.VARIABLE_VALUE <> '0') AS counters,
       (SELECT COUNT(*)
          FROM information_schema.PROCESSLIST p
         WHERE p.ID <> CONNECTION_ID()
           AND LEFT(p.INFO, 200) RLIKE '(alter|create|drop|rename|grant|revoke)[[:space:]]') AS running,
       CONNECTION_ID() AS session
