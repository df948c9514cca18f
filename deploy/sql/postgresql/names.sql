-- Names as Driftline shows them. A part of install.sql.
--
-- Functions here and in the next files that set no search_path are called only by such that do.

CREATE OR REPLACE FUNCTION driftline.hash(content text) RETURNS text
LANGUAGE sql IMMUTABLE AS $capture$
  SELECT encode(sha256(convert_to(content, 'UTF8')), 'hex')
$capture$;

-- A name as Driftline shows it: in quotes unless it is a plain one. The reserved words of all versions, so that all
-- servers answer alike.
CREATE OR REPLACE FUNCTION driftline.path_name(name text) RETURNS text
LANGUAGE sql IMMUTABLE AS $capture$
  SELECT CASE
    WHEN name COLLATE "C" ~ '^[a-z_][a-z0-9_]*$' AND name <> ALL ('{all,analyse,analyze,and,any,array,as,asc,asymmetric,
      authorization,between,bigint,binary,bit,boolean,both,case,cast,char,character,check,coalesce,collate,collation,
      column,concurrently,constraint,create,cross,current_catalog,current_date,current_role,current_schema,current_time,
      current_timestamp,current_user,dec,decimal,default,deferrable,desc,distinct,do,else,end,except,exists,extract,
      false,fetch,float,for,foreign,freeze,from,full,grant,greatest,group,grouping,having,ilike,in,initially,inner,inout,
      int,integer,intersect,interval,into,is,isnull,join,json_array,json_arrayagg,json_exists,json_object,
      json_objectagg,json_query,json_scalar,json_serialize,json_table,json_value,lateral,leading,least,left,like,limit,
      localtime,localtimestamp,merge_action,national,natural,nchar,none,normalize,not,notnull,"null",nullif,numeric,
      offset,on,only,or,order,out,outer,overlaps,overlay,placing,position,precision,primary,real,references,returning,
      right,row,select,session_user,setof,similar,smallint,some,substring,symmetric,system_user,table,tablesample,then,
      time,timestamp,to,trailing,treat,trim,true,union,unique,user,using,values,varchar,variadic,verbose,when,where,
      window,with,xmlattributes,xmlconcat,xmlelement,xmlexists,xmlforest,xmlnamespaces,xmlparse,xmlpi,xmlroot,
      xmlserialize,xmltable}'::text[])
    THEN name
    ELSE '"' || replace(name, '"', '""') || '"' END
$capture$;

CREATE OR REPLACE FUNCTION driftline.path_join(VARIADIC names text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $capture$
DECLARE
  path text;
  name text;
BEGIN
  FOREACH name IN ARRAY names LOOP
    path := concat_ws('.', path, driftline.path_name(name));
  END LOOP;
  RETURN path;
END
$capture$;

-- The path of what an address names (pg_identify_object_as_address(), pg_event_trigger_dropped_objects()). NULL: what no
-- snapshot shows, such as temporary tables. Of a dropped index the server no longer says on which table it was: its own
-- name is unique in its schema.
CREATE OR REPLACE FUNCTION driftline.path_of_address(type text, names text[], args text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $capture$
DECLARE
  types text := (SELECT string_agg(regexp_replace(a.type, '^pg_catalog\.', ''), ', ' ORDER BY a.place)
                   FROM unnest(args) WITH ORDINALITY AS a (type, place));
BEGIN
  IF names IS NULL OR cardinality(names) > 1 AND names[1] ~ '^pg_(temp|toast)' OR type ~ '^toast|^large object' THEN
    RETURN NULL;
  END IF;
  CASE
    WHEN type IN ('function', 'procedure', 'aggregate') THEN
      RETURN driftline.path_join(names[1], names[2]) || '(' || coalesce(types, '') || ')';
    WHEN type = 'operator' THEN
      RETURN driftline.path_name(names[1]) || '.' || names[2] || '(' || CASE cardinality(args) WHEN 1 THEN 'NONE, ' ELSE '' END || types || ')';
    WHEN type IN ('operator class', 'operator family', 'operator of access method', 'function of access method') THEN
      RETURN driftline.path_join(names[2], names[3]) || '(' || names[1] || ')';
    WHEN type = 'cast' THEN
      RETURN regexp_replace(names[1], '^pg_catalog\.', '') || ' AS ' || types;
    WHEN type = 'transform' THEN
      RETURN regexp_replace(names[1], '^pg_catalog\.', '') || ' FOR ' || quote_ident(args[1]);
    WHEN type = 'user mapping' THEN
      RETURN driftline.path_join(args[1], names[1]);
    WHEN type = 'domain constraint' THEN
      RETURN driftline.path_join(VARIADIC parse_ident(names[1]) || args[1]);
    WHEN type IN ('type', 'domain') THEN
      RETURN CASE WHEN names[1] !~ '\[\]$' THEN driftline.path_join(VARIADIC parse_ident(names[1])) END;
    WHEN type IN ('publication relation', 'publication namespace') THEN
      RETURN driftline.path_name(args[1]);
    WHEN type = 'default acl' THEN
      RETURN 'FOR ROLE ' || quote_ident(names[1]) || coalesce(' IN SCHEMA ' || quote_ident(names[2]), '')
             || CASE args[1] WHEN 'r' THEN ' ON TABLES' WHEN 'S' THEN ' ON SEQUENCES' WHEN 'f' THEN ' ON FUNCTIONS'
                             WHEN 'T' THEN ' ON TYPES' WHEN 'n' THEN ' ON SCHEMAS' ELSE ' ON LARGE OBJECTS' END;
    WHEN type = 'rule' AND names[3] = '_RETURN' THEN
      RETURN driftline.path_join(names[1], names[2]);
    ELSE
      RETURN driftline.path_join(VARIADIC names);
  END CASE;
END
$capture$;

-- The path of a relation or of a column of it. An index is shown in its table, the sequence of an identity column as
-- that column.
CREATE OR REPLACE FUNCTION driftline.path_of_relation(id oid, sub int) RETURNS text
LANGUAGE plpgsql STABLE AS $capture$
DECLARE
  schema text;
  relation text;
  kind "char";
  owner oid;
  owner_sub int;
BEGIN
  SELECT n.nspname, c.relname, c.relkind INTO schema, relation, kind
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = id;
  IF schema IS NULL OR schema ~ '^pg_(temp|toast)' THEN
    RETURN NULL;
  END IF;
  IF kind IN ('i', 'I') THEN
    SELECT i.indrelid INTO owner FROM pg_index i WHERE i.indexrelid = id;
    RETURN driftline.path_of_relation(owner, 0) || '.' || driftline.path_name(relation);
  END IF;
  IF kind = 'S' THEN
    SELECT d.refobjid, d.refobjsubid INTO owner, owner_sub
      FROM pg_depend d
     WHERE d.classid = 'pg_class'::regclass AND d.objid = id AND d.deptype = 'i' AND d.refclassid = 'pg_class'::regclass
       AND d.refobjsubid > 0;
    IF owner IS NOT NULL THEN
      RETURN driftline.path_of_relation(owner, owner_sub);
    END IF;
  END IF;
  IF sub > 0 THEN
    RETURN driftline.path_join(schema, relation, (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = id AND a.attnum = sub));
  END IF;
  RETURN driftline.path_join(schema, relation);
END
$capture$;

-- The path of any object that exists.
CREATE OR REPLACE FUNCTION driftline.path_of(class oid, id oid, sub int) RETURNS text
LANGUAGE plpgsql STABLE AS $capture$
DECLARE
  relation oid;
  kind "char";
BEGIN
  IF class = 'pg_class'::regclass THEN
    RETURN driftline.path_of_relation(id, sub);
  ELSIF class = 'pg_type'::regclass THEN
    SELECT t.typrelid, t.typtype INTO relation, kind FROM pg_type t WHERE t.oid = id;
    IF relation <> 0 THEN
      RETURN driftline.path_of_relation(relation, 0);
    ELSIF kind = 'm' THEN -- a multirange is shown with its range
      RETURN driftline.path_of(class, (SELECT r.rngtypid FROM pg_range r WHERE r.rngmultitypid = id), 0);
    END IF;
  END IF;
  RETURN (SELECT driftline.path_of_address(a.type, a.object_names, a.object_args)
            FROM pg_identify_object_as_address(class, id, sub) a);
END
$capture$;
