-- A schema of :tables tables, each with 10 columns, a primary key, a foreign key, a check, two indexes and a comment.
-- autovacuum is off: the statistics of the catalogues are made here, once.
SET client_min_messages = warning;
SELECT set_config('bench.tables', :'tables', false) \g /dev/null
DO $$
BEGIN
  FOR i IN 1..current_setting('bench.tables')::integer LOOP
    EXECUTE format(
      'CREATE TABLE public.t%1$s (
         id bigint PRIMARY KEY,
         c1 integer NOT NULL CHECK (c1 > 0),
         c2 text,
         c3 varchar(40) NOT NULL DEFAULT ''x'',
         c4 numeric(12,2),
         c5 timestamptz NOT NULL DEFAULT now(),
         c6 boolean DEFAULT false,
         c7 jsonb,
         c8 uuid,
         c9 bigint REFERENCES public.t%2$s (id))', i, greatest(1, i - 1));
    EXECUTE format('CREATE INDEX ON public.t%s (c2)', i);
    EXECUTE format('CREATE INDEX ON public.t%s (c3, c5 DESC)', i);
    EXECUTE format('COMMENT ON TABLE public.t%1$s IS ''table number %1$s''', i);
    IF i % 500 = 0 THEN
      COMMIT; -- each table holds locks
    END IF;
  END LOOP;
END $$;
VACUUM (ANALYZE);
CHECKPOINT;
