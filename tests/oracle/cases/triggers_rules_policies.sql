-- Triggers, rules, policies and event triggers.

-- case: trigger added
-- expect: added trigger shop.shipments.shipments_note structure medium
CREATE TRIGGER shipments_note AFTER INSERT ON shop.shipments FOR EACH ROW EXECUTE FUNCTION shop.note_change();

-- case: trigger added with every clause
-- expect: added trigger shop.shipments."every clause" structure medium
CREATE TRIGGER "every clause" AFTER UPDATE OF carrier, "line" ON shop.shipments FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION shop.note_change('a', 'b c', E'd\'e\\');

-- case: constraint trigger added
-- expect: added trigger shop.shipments.shipments_later structure medium
CREATE CONSTRAINT TRIGGER shipments_later AFTER INSERT ON shop.shipments INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shop.note_change();

-- case: trigger with transition tables added
-- expect: added trigger shop.shipments.shipments_bulk structure medium
CREATE TRIGGER shipments_bulk AFTER INSERT ON shop.shipments REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION shop.note_change();

-- case: trigger added on a partitioned table
-- expect: added trigger shop.sessions.sessions_note structure medium
CREATE TRIGGER sessions_note AFTER DELETE ON shop.sessions FOR EACH ROW EXECUTE FUNCTION shop.note_change();

-- case: trigger added disabled
-- expect: added trigger shop.shipments.shipments_off structure medium
CREATE TRIGGER shipments_off AFTER INSERT ON shop.shipments FOR EACH ROW EXECUTE FUNCTION shop.note_change();
ALTER TABLE shop.shipments DISABLE TRIGGER shipments_off;

-- case: trigger dropped
-- expect: removed trigger shop.orders.orders_truncate structure high
DROP TRIGGER orders_truncate ON shop.orders;

-- case: trigger of a partitioned table dropped
-- expect: removed trigger shop.events.events_note structure high
-- expect: modified table shop.events_2025 structure medium
DROP TRIGGER events_note ON shop.events;

-- case: trigger with an awkward name dropped
-- expect: removed trigger "Odd Names"."Order Details"."Odd Trig ""ger""" structure high
DROP TRIGGER "Odd Trig ""ger""" ON "Odd Names"."Order Details";

-- case: events of a trigger changed
-- expect: modified trigger shop.orders.orders_touch structure high
CREATE OR REPLACE TRIGGER orders_touch BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();

-- case: time of a trigger changed
-- expect: modified trigger shop.orders.orders_touch structure high
CREATE OR REPLACE TRIGGER orders_touch AFTER INSERT OR UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();

-- case: trigger per statement
-- expect: modified trigger shop.orders.orders_touch structure high
CREATE OR REPLACE TRIGGER orders_touch BEFORE INSERT OR UPDATE ON shop.orders FOR EACH STATEMENT EXECUTE FUNCTION shop.touch();

-- case: function of a trigger changed
-- expect: modified trigger shop.orders.orders_touch structure high
CREATE OR REPLACE TRIGGER orders_touch BEFORE INSERT OR UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.pass();

-- case: columns of a trigger changed
-- expect: modified trigger shop.orders.orders_status structure high
CREATE OR REPLACE TRIGGER orders_status BEFORE UPDATE OF status ON shop.orders FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION shop.note_change('status', 'it''s', '\x');

-- case: condition of a trigger changed
-- expect: modified trigger shop.orders.orders_status structure high
CREATE OR REPLACE TRIGGER orders_status BEFORE UPDATE OF status, total ON shop.orders FOR EACH ROW
  WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION shop.note_change('status', 'it''s', '\x');

-- case: argument of a trigger changed
-- expect: modified trigger shop.orders.orders_status structure high
CREATE OR REPLACE TRIGGER orders_status BEFORE UPDATE OF status, total ON shop.orders FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION shop.note_change('status', 'it''s');

-- case: name of a transition table changed
-- expect: modified trigger shop.orders.orders_bulk structure high
CREATE OR REPLACE TRIGGER orders_bulk AFTER UPDATE ON shop.orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION shop.note_change();

-- case: constraint trigger no longer deferred
-- expect: modified trigger shop.orders.orders_balance structure high
DROP TRIGGER orders_balance ON shop.orders;
CREATE CONSTRAINT TRIGGER orders_balance AFTER INSERT OR UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.note_change();

-- case: trigger disabled
-- expect: modified trigger shop.orders.orders_touch structure high
ALTER TABLE shop.orders DISABLE TRIGGER orders_touch;

-- case: trigger enabled
-- expect: modified trigger shop.customers.customers_off structure medium
ALTER TABLE shop.customers ENABLE TRIGGER customers_off;

-- case: trigger on replicas only
-- expect: modified trigger shop.orders.orders_touch structure high
ALTER TABLE shop.orders ENABLE REPLICA TRIGGER orders_touch;

-- case: trigger always
-- expect: modified trigger shop.orders.orders_touch structure medium
ALTER TABLE shop.orders ENABLE ALWAYS TRIGGER orders_touch;

-- case: all triggers of the user disabled
-- expect: modified trigger shop.order_lines.lines_against_orders structure high
ALTER TABLE shop.order_lines DISABLE TRIGGER USER;

-- case: trigger of one partition enabled again
-- expect: modified table shop.events_2025 structure medium
ALTER TABLE shop.events_2025 ENABLE TRIGGER events_note;

-- case: rule added
-- expect: added rule shop.account_list.account_list_update structure high
CREATE RULE account_list_update AS ON UPDATE TO shop.account_list DO INSTEAD UPDATE shop.accounts SET balance = new.balance WHERE id = old.id;

-- case: rule dropped
-- expect: removed rule shop.account_list.account_list_insert structure high
DROP RULE account_list_insert ON shop.account_list;

-- case: rule condition changed
-- expect: modified rule shop.account_list.account_list_delete structure high
CREATE OR REPLACE RULE account_list_delete AS ON DELETE TO shop.account_list WHERE old.balance > 10 DO INSTEAD NOTHING;

-- case: rule instead becomes also
-- expect: modified rule shop.account_list.account_list_insert structure high
CREATE OR REPLACE RULE account_list_insert AS ON INSERT TO shop.account_list DO ALSO INSERT INTO shop.accounts (owner_name, balance) VALUES (new.owner_name, new.balance);

-- case: rule action changed
-- expect: modified rule shop.account_list.account_list_insert structure high
CREATE OR REPLACE RULE account_list_insert AS ON INSERT TO shop.account_list DO INSTEAD INSERT INTO shop.accounts (owner_name) VALUES (new.owner_name);

-- case: rule event changed
-- expect: modified rule "Odd Names"."Order Details"."Ru le" structure high
DROP RULE "Ru le" ON "Odd Names"."Order Details";
CREATE RULE "Ru le" AS ON UPDATE TO "Odd Names"."Order Details" WHERE new."select" = 0 DO INSTEAD NOTHING;

-- case: rule disabled
-- expect: modified rule lab.scores.scores_log structure high
ALTER TABLE lab.scores DISABLE RULE scores_log;

-- case: rule enabled
-- expect: modified rule lab.scores.scores_off structure medium
ALTER TABLE lab.scores ENABLE RULE scores_off;

-- case: rule on replicas only
-- expect: modified rule lab.scores.scores_log structure high
ALTER TABLE lab.scores ENABLE REPLICA RULE scores_log;

-- case: permissive policy added
-- expect: added policy shop.bookings.all_of_them structure critical
CREATE POLICY all_of_them ON shop.bookings USING (true);

-- case: restrictive policy added
-- expect: added policy shop.bookings.room_one structure medium
CREATE POLICY room_one ON shop.bookings AS RESTRICTIVE FOR SELECT TO dl_app, dl_reader USING (room = 1);

-- case: policy dropped
-- expect: removed policy shop.accounts.may_delete structure high
DROP POLICY may_delete ON shop.accounts;

-- case: restrictive policy dropped
-- expect: removed policy shop.accounts.only_region structure high
DROP POLICY only_region ON shop.accounts;

-- case: roles of a policy changed
-- expect: modified policy shop.accounts.may_insert structure high
ALTER POLICY may_insert ON shop.accounts TO dl_app, dl_owner;

-- case: policy for everybody
-- expect: modified policy shop.accounts.may_insert structure high
ALTER POLICY may_insert ON shop.accounts TO PUBLIC;

-- case: condition of a policy changed
-- expect: modified policy shop.accounts.may_update structure high
ALTER POLICY may_update ON shop.accounts USING (balance < 2000);

-- case: check of a policy changed
-- expect: modified policy shop.accounts.own_account structure high
ALTER POLICY own_account ON shop.accounts WITH CHECK (balance > 0);

-- case: check of a policy added
-- expect: modified policy shop.accounts.may_update structure high
ALTER POLICY may_update ON shop.accounts WITH CHECK (balance > 0);

-- case: policy for another command
-- expect: modified policy shop.accounts.may_update structure high
DROP POLICY may_update ON shop.accounts;
CREATE POLICY may_update ON shop.accounts FOR SELECT TO dl_app USING (balance < 1000);

-- case: restrictive policy becomes permissive
-- expect: modified policy shop.accounts.only_region structure critical
DROP POLICY only_region ON shop.accounts;
CREATE POLICY only_region ON shop.accounts AS PERMISSIVE FOR ALL TO dl_app USING (region = ANY (ARRAY['n'::text, 's'::text]));

-- case: event trigger added
-- expect: added event_trigger dl_watch structure high
CREATE EVENT TRIGGER dl_watch ON ddl_command_end EXECUTE FUNCTION shop.on_ddl();

-- case: event trigger dropped
-- expect: removed event_trigger dl_on_drop structure high
DROP EVENT TRIGGER dl_on_drop;

-- case: event trigger disabled
-- expect: modified event_trigger dl_on_ddl structure high
ALTER EVENT TRIGGER dl_on_ddl DISABLE;

-- case: event trigger enabled
-- expect: modified event_trigger dl_on_drop structure medium
ALTER EVENT TRIGGER dl_on_drop ENABLE;

-- case: event trigger always
-- expect: modified event_trigger dl_on_ddl structure medium
ALTER EVENT TRIGGER dl_on_ddl ENABLE ALWAYS;

-- case: tags of an event trigger changed
-- expect: modified event_trigger dl_on_ddl structure high
DROP EVENT TRIGGER dl_on_ddl;
CREATE EVENT TRIGGER dl_on_ddl ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE') EXECUTE FUNCTION shop.on_ddl();
COMMENT ON EVENT TRIGGER dl_on_ddl IS 'does nothing, quietly';

-- case: event of an event trigger changed
-- expect: modified event_trigger dl_always structure high
DROP EVENT TRIGGER dl_always;
CREATE EVENT TRIGGER dl_always ON ddl_command_end EXECUTE FUNCTION shop.on_ddl();
ALTER EVENT TRIGGER dl_always ENABLE ALWAYS;
