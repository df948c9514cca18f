-- Aggregates. Serves 12 to 18.
-- What a final function may do to the state is left out where it is the usual: only read it in a plain aggregate, write
-- it in one with ORDER BY in its arguments.
-- @kind aggregate
-- @catalogue pg_proc
SELECT p.oid AS id,
       n.nspname AS schema,
       p.proname AS name,
       pg_catalog.oidvectortypes(p.proargtypes) AS signature,
       p.proowner AS "owner@pg_roles",
       NULLIF(pg_catalog.pg_get_function_arguments(p.oid), '') AS arguments,
       pg_catalog.pg_get_function_result(p.oid) AS returns,
       a.aggtransfn AS state_function,
       pg_catalog.format_type(a.aggtranstype, NULL) AS state_type,
       NULLIF(a.aggtransspace, 0) AS state_size,
       a.agginitval AS initial_state,
       NULLIF(a.aggfinalfn::text, '-') AS final_function,
       CASE WHEN a.aggfinalextra THEN 'yes' END AS final_function_extra,
       CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END
            THEN CASE a.aggfinalmodify WHEN 'r' THEN 'read only' WHEN 's' THEN 'shareable' ELSE 'read write' END
            END AS final_function_modify,
       NULLIF(a.aggcombinefn::text, '-') AS combine_function,
       NULLIF(a.aggserialfn::text, '-') AS serial_function,
       NULLIF(a.aggdeserialfn::text, '-') AS deserial_function,
       NULLIF(a.aggmtransfn::text, '-') AS moving_state_function,
       NULLIF(a.aggminvtransfn::text, '-') AS moving_inverse_function,
       CASE WHEN a.aggmtranstype <> 0 THEN pg_catalog.format_type(a.aggmtranstype, NULL) END AS moving_state_type,
       NULLIF(a.aggmtransspace, 0) AS moving_state_size,
       a.aggminitval AS moving_initial_state,
       NULLIF(a.aggmfinalfn::text, '-') AS moving_final_function,
       CASE WHEN a.aggmfinalextra THEN 'yes' END AS moving_final_function_extra,
       CASE WHEN a.aggmfinalfn <> 0 AND a.aggmfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END
            THEN CASE a.aggmfinalmodify WHEN 'r' THEN 'read only' WHEN 's' THEN 'shareable' ELSE 'read write' END
            END AS moving_final_function_modify,
       CASE WHEN a.aggsortop <> 0 THEN a.aggsortop::regoperator END AS sort_operator,
       CASE a.aggkind WHEN 'h' THEN 'yes' END AS hypothetical,
       CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END AS parallel
  FROM pg_catalog.pg_aggregate a
  JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND p.oid NOT IN (SELECT e.objid FROM pg_catalog.pg_depend e
                      WHERE e.refclassid = 'pg_catalog.pg_extension'::regclass AND e.deptype = 'e'
                        AND e.classid = 'pg_catalog.pg_proc'::regclass)
