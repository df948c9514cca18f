-- Views. The server writes the database's own name into a definition, where it is taken out: between the names and
-- texts in quotes, which are skipped. A view that refers to what is not there is `unresolved`: its columns are not
-- known.
-- @kind view
-- @catalogue relation
SELECT 'main' AS `schema`,
       v.TABLE_NAME AS name,
       CONV(LEFT(SHA1(v.TABLE_NAME), 15), 16, 10) AS id,
       CASE WHEN v.VIEW_DEFINITION = '' THEN 'needs SHOW VIEW' END AS gap,
       REGEXP_REPLACE(NULLIF(v.VIEW_DEFINITION, ''),                                               --[100000..]
                      CONCAT('(?:''(?:[^''\\\\]|\\\\.)*+''|(?:(?<=[.])|(?!`\\Q',                    --[100000..]
                             REPLACE(REPLACE(DATABASE(), '`', '``'), '\\E', '\\E\\\\E\\Q'),        --[100000..]
                             '\\E`\\.))`(?:[^`]|``)*+`)(*SKIP)(*F)|`\\Q',                          --[100000..]
                             REPLACE(REPLACE(DATABASE(), '`', '``'), '\\E', '\\E\\\\E\\Q'),        --[100000..]
                             '\\E`\\.'), '') AS definition,                                        --[100000..]
       REPLACE(NULLIF(v.VIEW_DEFINITION, ''), CONCAT('`', REPLACE(DATABASE(), '`', '``'), '`.'), '') --[..99999]
         AS definition,                                                                            --[..99999]
       CASE v.IS_UPDATABLE WHEN '' THEN 'yes' END AS unresolved,
       LOWER(NULLIF(v.CHECK_OPTION, 'NONE')) AS check_option,
       LOWER(NULLIF(v.ALGORITHM, 'UNDEFINED')) AS algorithm,                                       --[100000..]
       v.DEFINER AS definer,
       LOWER(NULLIF(v.SECURITY_TYPE, 'DEFINER')) AS sql_security,
       CASE v.CHARACTER_SET_CLIENT WHEN 'utf8' THEN 'utf8mb3' ELSE v.CHARACTER_SET_CLIENT END AS character_set_client,
       CASE WHEN v.COLLATION_CONNECTION LIKE 'utf8\_%' THEN CONCAT('utf8mb3', SUBSTR(v.COLLATION_CONNECTION, 5))
            ELSE v.COLLATION_CONNECTION END AS collation_connection
  FROM information_schema.VIEWS v
 WHERE v.TABLE_SCHEMA = DATABASE()
