-- Tables that inherit and have grown: parents got columns after their children had their own.

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = off;
SET search_path = '';
SET client_min_messages = warning;
SET default_tablespace = '';
SET default_table_access_method = heap;
SET DateStyle = ISO;
SET IntervalStyle = postgres;
SET TimeZone = 'UTC';
SET lc_monetary = 'C';
SET lc_numeric = 'C';
SET lc_time = 'C';
SET xmloption = content;

CREATE SCHEMA IF NOT EXISTS public;
COMMENT ON SCHEMA public IS 'standard public schema';
ALTER SCHEMA public OWNER TO pg_database_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA s;
ALTER SCHEMA s OWNER TO postgres;

CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog VERSION '1.0' CASCADE;
COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';

CREATE TABLE s.p (
  a integer,
  b integer
);
ALTER TABLE s.p OWNER TO postgres;

CREATE TABLE s.c1 (
  own1 integer
) INHERITS (s.p);
ALTER TABLE s.c1 OWNER TO postgres;

CREATE TABLE s.q (
  x integer
);
ALTER TABLE s.q OWNER TO postgres;

CREATE TABLE s.c2 (
  own2 integer
) INHERITS (s.p, s.q);
ALTER TABLE s.c2 OWNER TO postgres;

CREATE TABLE s.g (
  own3 integer,
  CONSTRAINT g_own3_key UNIQUE (own3)
) INHERITS (s.c1);
ALTER TABLE s.g OWNER TO postgres;

ALTER TABLE s.p ADD COLUMN late1 text NOT NULL DEFAULT 'x'::text;

ALTER TABLE s.c1 ADD COLUMN own4 integer;

ALTER TABLE s.q ADD COLUMN late2 integer;

ALTER TABLE s.p ADD COLUMN late3 integer;

ALTER TABLE ONLY s.c1 ALTER COLUMN late3 SET STATISTICS 7;

CREATE FUNCTION s.f() RETURNS integer
  LANGUAGE sql
  BEGIN ATOMIC
 SELECT c1.late3
    FROM s.c1;
END;
ALTER FUNCTION s.f() OWNER TO postgres;

CREATE TABLE s.m (
  late3 integer,
  a integer,
  b integer,
  late1 text NOT NULL,
  CONSTRAINT p_b_check CHECK (b > 0),
  CONSTRAINT p_late3_check CHECK (late3 > 1)
);
ALTER TABLE s.m INHERIT s.p;
ALTER TABLE s.m OWNER TO postgres;

CREATE TABLE s.uses (
  i integer,
  fk integer
);
ALTER TABLE s.uses OWNER TO postgres;

ALTER TABLE ONLY s.c2 ALTER COLUMN late2 SET NOT NULL;
ALTER TABLE ONLY s.c2 ALTER COLUMN late3 SET STATISTICS 7;

ALTER TABLE ONLY s.g ALTER COLUMN late1 SET DEFAULT 'y'::text;
COMMENT ON COLUMN s.g.late1 IS 'here too';
ALTER TABLE ONLY s.g ALTER COLUMN late3 SET NOT NULL;
ALTER TABLE ONLY s.g ALTER COLUMN late3 SET STATISTICS 7;

COMMENT ON COLUMN s.p.late1 IS 'late';
ALTER TABLE ONLY s.p ALTER COLUMN late3 SET STATISTICS 7;

ALTER TABLE ONLY s.uses ALTER COLUMN i SET DEFAULT s.f();

ALTER TABLE s.p ADD CONSTRAINT p_b_check CHECK (b > 0);

ALTER TABLE s.p ADD CONSTRAINT p_late3_check CHECK (late3 > 1);

ALTER TABLE ONLY s.c2 ADD CONSTRAINT c2_pkey PRIMARY KEY (late2);

ALTER TABLE ONLY s.p ADD CONSTRAINT p_late3_key UNIQUE (late3);

CREATE VIEW s.v AS
 SELECT g.a,
    g.b,
    g.own1,
    g.own3,
    g.late1,
    g.own4,
    g.late3
   FROM s.g;
ALTER VIEW s.v OWNER TO postgres;

CREATE INDEX g_late3_idx ON s.g (late3) WHERE (late1 <> ''::text);

ALTER TABLE ONLY s.uses ADD CONSTRAINT uses_fk_fkey FOREIGN KEY (fk) REFERENCES s.c2 (late2);

GRANT USAGE ON SCHEMA public TO PUBLIC;

GRANT SELECT (late3) ON TABLE s.c1 TO dl_app;
