-- Orders get exact totals, and nobody needs the notes any more.
BEGIN;
ALTER TABLE shop.orders
  ALTER COLUMN total TYPE numeric(14,4),
  ADD COLUMN "Größe" integer NOT NULL,
  DROP COLUMN note;
CREATE INDEX orders_total ON shop.orders (total);
UPDATE shop.orders SET total = round(total);
COMMIT;

DROP TABLE shop.old_orders CASCADE; -- driftline: allow drop-table,drop-cascade nobody reads it since release 41

CREATE TABLE shop.carts (id serial PRIMARY KEY, owner_id bigint REFERENCES shop.buyers (id), code char(3), made timestamp);
-- driftline: allow drop-view it was never used
SELEC 1;
