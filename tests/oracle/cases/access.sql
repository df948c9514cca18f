-- Owners, privileges, default privileges, privileges on what the server or an extension owns.

-- case: owner of a table changed
-- expect: modified table shop.shipments access medium
ALTER TABLE shop.shipments OWNER TO dl_owner;

-- case: owner of a schema changed
-- expect: modified schema shop access high
ALTER SCHEMA shop OWNER TO dl_app;

-- case: owner of a view changed
-- expect: modified view shop.cheap_products access medium
ALTER VIEW shop.cheap_products OWNER TO dl_owner;

-- case: owner of a materialized view changed
-- expect: modified materialized_view shop.not_yet access medium
ALTER MATERIALIZED VIEW shop.not_yet OWNER TO dl_owner;

-- case: owner of a sequence changed
-- expect: modified sequence shop.tickets access medium
ALTER SEQUENCE shop.tickets OWNER TO dl_owner;

-- case: owner of a table changes that of its sequence
-- expect: modified table shop.products access medium
-- expect: modified sequence shop.products_id_seq access medium
ALTER TABLE shop.products OWNER TO dl_owner;

-- case: owner of a function changed
-- expect: modified function shop.pass() access medium
ALTER FUNCTION shop.pass() OWNER TO dl_owner;

-- case: owner of a procedure changed
-- expect: modified procedure shop.ping() access medium
ALTER PROCEDURE shop.ping() OWNER TO dl_app;

-- case: owner of an aggregate changed
-- expect: modified aggregate lab.mean(numeric) access medium
ALTER AGGREGATE lab.mean(numeric) OWNER TO dl_owner;

-- case: owner of an enum changed
-- expect: modified enum shop.order_status access medium
ALTER TYPE shop.order_status OWNER TO dl_owner;

-- case: owner of a domain changed
-- expect: modified domain shop.sku access medium
ALTER DOMAIN shop.sku OWNER TO dl_owner;

-- case: owner of a composite type changed
-- expect: modified composite_type shop.address access medium
ALTER TYPE shop.address OWNER TO dl_owner;

-- case: owner of a range changed
-- expect: modified range_type lab.word_range access medium
ALTER TYPE lab.word_range OWNER TO dl_owner;

-- case: owner of a base type changed
-- expect: modified base_type lab.label access medium
ALTER TYPE lab.label OWNER TO dl_owner;

-- case: owner of an operator changed
-- expect: modified operator lab.===(integer, integer) access medium
ALTER OPERATOR lab.=== (integer, integer) OWNER TO dl_owner;

-- case: owner of an operator class changed
-- expect: modified operator_class lab.token_ops(hash) access medium
ALTER OPERATOR CLASS lab.token_ops USING hash OWNER TO dl_owner;

-- case: owner of an operator family changed
-- expect: modified operator_family lab.whole_numbers(btree) access medium
ALTER OPERATOR FAMILY lab.whole_numbers USING btree OWNER TO dl_owner;

-- case: owner of a collation changed
-- expect: modified collation lab.german access medium
ALTER COLLATION lab.german OWNER TO dl_owner;

-- case: owner of a conversion changed
-- expect: modified conversion lab.latin_to_utf access medium
ALTER CONVERSION lab.latin_to_utf OWNER TO dl_owner;

-- case: owner of a text search configuration changed
-- expect: modified text_search_configuration lab.bare access medium
ALTER TEXT SEARCH CONFIGURATION lab.bare OWNER TO dl_owner;

-- case: owner of a text search dictionary changed
-- expect: modified text_search_dictionary lab.plain_words access medium
ALTER TEXT SEARCH DICTIONARY lab.plain_words OWNER TO dl_owner;

-- case: owner of a language changed
-- expect: modified language pltwo access medium
ALTER LANGUAGE pltwo OWNER TO CURRENT_USER;

-- case: owner of a foreign server changed
-- expect: modified foreign_server files access medium
ALTER SERVER files OWNER TO dl_owner;

-- case: owner of a foreign table changed
-- expect: modified foreign_table lab.server_log access medium
ALTER FOREIGN TABLE lab.server_log OWNER TO dl_owner;

-- case: owner of extended statistics changed
-- expect: modified statistics shop.orders_stats access medium
ALTER STATISTICS shop.orders_stats OWNER TO dl_owner;

-- case: owner of a publication changed
-- expect: modified publication dl_some access medium
ALTER PUBLICATION dl_some OWNER TO dl_owner;

-- case: everything of one owner given to another
-- expect: modified schema "Odd Names" access medium
-- expect: modified table "Odd Names"."Order Details" access high
REASSIGN OWNED BY "dl_Odd ""Röle""" TO dl_spare;

-- case: privilege granted
-- expect: modified table shop.shipments access medium
GRANT SELECT ON shop.shipments TO dl_reader;

-- case: privilege granted to everybody
-- expect: modified table shop.shipments access critical
GRANT SELECT ON shop.shipments TO PUBLIC;

-- case: privilege granted with grant option
-- expect: modified table shop.customers access medium
GRANT SELECT ON shop.customers TO dl_app WITH GRANT OPTION;

-- case: grant option revoked
-- expect: modified table shop.customers access high
REVOKE GRANT OPTION FOR SELECT ON shop.customers FROM dl_reader CASCADE;

-- case: privilege revoked
-- expect: modified table shop.customers access high
REVOKE UPDATE ON shop.customers FROM dl_app;

-- case: privilege of everybody revoked
-- expect: modified table attic.things access high
REVOKE SELECT ON attic.things FROM PUBLIC;

-- case: privilege of the owner revoked
-- expect: modified table shop.shipments access high
REVOKE DELETE, TRUNCATE ON shop.shipments FROM CURRENT_USER;

-- case: all privileges revoked from all
-- expect: modified table shop.shipments access high
REVOKE ALL ON shop.shipments FROM PUBLIC, CURRENT_USER;

-- case: privilege of the owner given back
-- expect: modified table lab.scores access medium
GRANT ALL ON lab.scores TO CURRENT_USER;

-- case: privilege on all tables of a schema granted
-- expect: modified table archive.orders access medium
-- expect: modified table archive.notes access medium
GRANT SELECT ON ALL TABLES IN SCHEMA archive TO dl_audit;

-- case: privilege on a column granted
-- expect: modified column shop.orders.total access medium
GRANT SELECT (total) ON shop.orders TO dl_reader;

-- case: privilege on a column granted to everybody
-- expect: modified column shop.orders.total access critical
GRANT UPDATE (total) ON shop.orders TO PUBLIC;

-- case: privilege on a column revoked
-- expect: modified column shop.customers.email access high
REVOKE UPDATE (email) ON shop.customers FROM dl_audit;

-- case: privilege on a column of a view granted
-- expect: modified column shop.open_orders.customer access medium
GRANT SELECT (customer) ON shop.open_orders TO dl_audit;

-- case: privilege on a foreign column revoked
-- expect: modified column shop.stock.pieces access high
REVOKE UPDATE (pieces) ON shop.stock FROM dl_app;

-- case: privilege on a schema granted
-- expect: modified schema lab access medium
GRANT CREATE ON SCHEMA lab TO dl_app;

-- case: privilege on a schema revoked
-- expect: modified schema shop access high
REVOKE USAGE ON SCHEMA shop FROM dl_reader;

-- case: privilege on the schema public granted
-- expect: modified schema public access critical
GRANT CREATE ON SCHEMA public TO PUBLIC;

-- case: privilege on the schema public revoked
-- expect: modified schema public access high
REVOKE USAGE ON SCHEMA public FROM PUBLIC;

-- case: owner of the schema public changed
-- expect: modified schema public access medium
ALTER SCHEMA public OWNER TO dl_owner;

-- case: privilege on a sequence granted
-- expect: modified sequence shop.orders_id_seq access medium
GRANT USAGE ON SEQUENCE shop.orders_id_seq TO dl_app;

-- case: privilege on a sequence revoked
-- expect: modified sequence shop.invoice_numbers access high
REVOKE USAGE ON SEQUENCE shop.invoice_numbers FROM dl_app;

-- case: privilege on the sequence of an identity column granted
-- expect: modified column shop.customers.id access medium
GRANT USAGE ON SEQUENCE shop.customers_id_seq TO dl_app;

-- case: privilege on a function granted
-- expect: modified function shop.safe_now() access medium
GRANT EXECUTE ON FUNCTION shop.safe_now() TO dl_reader;

-- case: privilege on a function given back to everybody
-- expect: modified function shop.safe_now() access critical
GRANT EXECUTE ON FUNCTION shop.safe_now() TO PUBLIC;

-- case: privilege on a function of everybody revoked
-- expect: modified function shop.pass() access high
REVOKE EXECUTE ON FUNCTION shop.pass() FROM PUBLIC;

-- case: privilege on a procedure granted
-- expect: modified procedure shop.tidy(integer, integer) access medium
GRANT EXECUTE ON PROCEDURE shop.tidy(integer, integer) TO dl_reader;

-- case: privilege on an aggregate revoked
-- expect: modified aggregate lab.mean(numeric) access high
REVOKE EXECUTE ON FUNCTION lab.mean(numeric) FROM PUBLIC;

-- case: privilege on an enum revoked
-- expect: modified enum shop.order_status access high
REVOKE USAGE ON TYPE shop.order_status FROM PUBLIC;

-- case: privilege on a domain granted
-- expect: modified domain shop.amount access medium
GRANT USAGE ON TYPE shop.amount TO dl_app;

-- case: privilege on a language revoked
-- expect: modified language pltwo access high
REVOKE USAGE ON LANGUAGE pltwo FROM dl_app;

-- case: privilege on a wrapper granted
-- expect: modified foreign_data_wrapper dummy_wrapper access medium
GRANT USAGE ON FOREIGN DATA WRAPPER dummy_wrapper TO dl_reader;

-- case: privilege on a server revoked
-- expect: modified foreign_server warehouse access high
REVOKE USAGE ON FOREIGN SERVER warehouse FROM dl_reader;

-- case: default privilege added
-- expect: added default_privilege FOR ROLE dl_app ON TABLES access medium
ALTER DEFAULT PRIVILEGES FOR ROLE dl_app GRANT SELECT ON TABLES TO dl_reader;

-- case: default privilege in a schema added
-- expect: added default_privilege FOR ROLE dl_owner IN SCHEMA archive ON TABLES access medium
ALTER DEFAULT PRIVILEGES FOR ROLE dl_owner IN SCHEMA archive GRANT INSERT ON TABLES TO dl_app;

-- case: default privilege changed
-- expect: modified default_privilege FOR ROLE dl_owner IN SCHEMA shop ON TABLES access medium
ALTER DEFAULT PRIVILEGES FOR ROLE dl_owner IN SCHEMA shop GRANT INSERT ON TABLES TO dl_app;

-- case: default privilege of everybody given back
-- expect: removed default_privilege FOR ROLE dl_owner ON FUNCTIONS access critical
ALTER DEFAULT PRIVILEGES FOR ROLE dl_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC;

-- case: default privilege revoked
-- expect: removed default_privilege FOR ROLE dl_owner IN SCHEMA shop ON TABLES access high
ALTER DEFAULT PRIVILEGES FOR ROLE dl_owner IN SCHEMA shop REVOKE SELECT ON TABLES FROM dl_reader;

-- case: default privilege on schemas revoked
-- expect: removed default_privilege FOR ROLE dl_owner ON SCHEMAS access high
ALTER DEFAULT PRIVILEGES FOR ROLE dl_owner REVOKE USAGE ON SCHEMAS FROM dl_reader;

-- case: default privilege of a role to quote revoked
-- expect: removed default_privilege FOR ROLE "dl_Odd ""Röle""" IN SCHEMA "Odd Names" ON TYPES access high
ALTER DEFAULT PRIVILEGES FOR ROLE "dl_Odd ""Röle""" IN SCHEMA "Odd Names" REVOKE USAGE ON TYPES FROM dl_app;

-- case: grant option of a default privilege revoked
-- expect: modified default_privilege FOR ROLE dl_owner IN SCHEMA shop ON SEQUENCES access high
ALTER DEFAULT PRIVILEGES FOR ROLE dl_owner IN SCHEMA shop REVOKE GRANT OPTION FOR USAGE ON SEQUENCES FROM dl_app;

-- case: privilege on a function of the server granted
-- expect: added system_privilege function pg_catalog.pg_stat_file(pg_catalog.text) access medium
GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_file(text) TO dl_audit;

-- case: privilege on a function of the server given back
-- expect: removed system_privilege function pg_catalog.pg_sleep(double precision) access critical
GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) TO PUBLIC;

-- case: privilege on a table of the server revoked
-- expect: removed system_privilege table pg_catalog.pg_authid access high
REVOKE SELECT ON pg_catalog.pg_authid FROM dl_audit;

-- case: privilege on a column of the server granted
-- expect: added system_privilege table column pg_catalog.pg_user_mapping.umuser access medium
GRANT SELECT (umuser) ON pg_catalog.pg_user_mapping TO dl_reader;

-- case: privilege on a view of the information schema revoked
-- expect: nothing
REVOKE SELECT ON information_schema.tables FROM PUBLIC;

-- case: privilege on a function of an extension revoked
-- expect: added system_privilege function ext.uuid_generate_v4() access high
REVOKE EXECUTE ON FUNCTION ext.uuid_generate_v4() FROM PUBLIC;

-- case: privilege on a function of an extension given back
-- expect: removed system_privilege function ext.uuid_generate_v1() access critical
GRANT EXECUTE ON FUNCTION ext.uuid_generate_v1() TO PUBLIC;

-- case: privilege on the language of an extension revoked
-- expect: modified system_privilege language plpgsql access high
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;

-- case: privilege on a type of the server revoked
-- expect: added system_privilege type pg_catalog.jsonb access high
REVOKE USAGE ON TYPE pg_catalog.jsonb FROM PUBLIC;
