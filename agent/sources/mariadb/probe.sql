-- What moves when somebody changes a schema, of any database of the server: how many such statements there were since
-- the server started, whoever ran them (also in routines, events and prepared statements). TRUNCATE, OPTIMIZE and
-- temporary tables change no schema.
-- MariaDB counts a statement when it begins; MySQL, in its performance schema alone, when it ends. One that runs
-- long is over when it is no longer among those that run, of which an account with PROCESS sees all, another its own.
-- After a restart the counters begin anew; then the connection is another, too.
-- So this proves nothing: it is not exact.
-- @probe
SELECT (SELECT GROUP_CONCAT(s.VARIABLE_NAME, ' ', s.VARIABLE_VALUE ORDER BY s.VARIABLE_NAME)       --[100000..]
          FROM information_schema.GLOBAL_STATUS s                                                  --[100000..]
         WHERE s.VARIABLE_VALUE <> '0'                                                             --[100000..]
           AND s.VARIABLE_NAME IN (                                                                --[100000..]
               'Com_alter_db', 'Com_alter_event', 'Com_alter_function', 'Com_alter_procedure',     --[100000..]
               'Com_alter_sequence', 'Com_alter_table', 'Com_alter_user', 'Com_create_db',         --[100000..]
               'Com_create_event', 'Com_create_function', 'Com_create_index',                      --[100000..]
               'Com_create_package', 'Com_create_package_body', 'Com_create_procedure',            --[100000..]
               'Com_create_role', 'Com_create_sequence', 'Com_create_table',                       --[100000..]
               'Com_create_trigger', 'Com_create_udf', 'Com_create_user', 'Com_create_view',       --[100000..]
               'Com_drop_db', 'Com_drop_event', 'Com_drop_function', 'Com_drop_index',             --[100000..]
               'Com_drop_package', 'Com_drop_package_body', 'Com_drop_procedure',                  --[100000..]
               'Com_drop_role', 'Com_drop_sequence', 'Com_drop_table', 'Com_drop_trigger',         --[100000..]
               'Com_drop_user', 'Com_drop_view', 'Com_grant', 'Com_grant_role',                    --[100000..]
               'Com_rename_table', 'Com_rename_user', 'Com_revoke', 'Com_revoke_all',              --[100000..]
               'Com_revoke_role')) AS counters,                                                    --[100000..]
SELECT (SELECT GROUP_CONCAT(s.EVENT_NAME, ' ', s.COUNT_STAR ORDER BY s.EVENT_NAME)                 --[..99999]
          FROM performance_schema.events_statements_summary_global_by_event_name s                 --[..99999]
         WHERE s.COUNT_STAR > 0                                                                    --[..99999]
           AND s.EVENT_NAME RLIKE '^statement/sql/((alter|create|drop|rename)_|(grant|revoke))') AS counters,--[..99999]
       (SELECT COUNT(*)
          FROM information_schema.PROCESSLIST p
         WHERE p.ID <> CONNECTION_ID()
           AND LEFT(p.INFO, 200) RLIKE '(alter|create|drop|rename|grant|revoke)[[:space:]]') AS running,
       CONNECTION_ID() AS session
