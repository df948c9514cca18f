SET lock_timeout = '2s';
ALTER TABLE shop.orders ADD COLUMN note text;
