-- Grants and roles.

-- case: privilege on the database granted
-- expect: modified system_privilege schema main access medium
GRANT DELETE ON * TO dl_app@'%';

-- case: privilege on the database revoked
-- expect: modified system_privilege schema main access high
REVOKE INSERT ON * FROM dl_app@'%';

-- case: privilege on a table granted
-- expect: added system_privilege table spare access medium
GRANT SELECT ON spare TO dl_reader@'10.0.%';

-- case: privilege on a table granted with the right to pass it on
-- expect: modified system_privilege table products access medium
GRANT SELECT ON products TO 'dl odd "user"'@localhost WITH GRANT OPTION;

-- case: privilege on a table revoked
-- expect: removed system_privilege table products access high
REVOKE SELECT ON products FROM 'dl odd "user"'@localhost;

-- case: privilege on a column granted
-- expect: modified system_privilege table customers access medium
GRANT SELECT (email) ON customers TO dl_reader@'10.0.%';

-- case: privilege on a column revoked
-- expect: modified system_privilege table customers access high
REVOKE UPDATE (name) ON customers FROM dl_reader@'10.0.%';

-- case: privilege on a procedure granted
-- expect: added system_privilege procedure nothing access medium
GRANT EXECUTE ON PROCEDURE nothing TO dl_reader@'10.0.%';

-- case: privilege on a procedure revoked
-- expect: removed system_privilege procedure place_order access high
REVOKE EXECUTE ON PROCEDURE place_order FROM dl_app@'%';

-- case: privilege on a function granted to a role
-- expect: added system_privilege function full_name access medium
GRANT EXECUTE ON FUNCTION full_name TO dl_staff;

-- case: privilege granted to another role
-- expect: added role dl_spare access high
-- expect: modified system_privilege schema main access medium
GRANT INSERT ON * TO dl_spare;

-- case: role granted to a user
-- expect: modified role dl_staff access high
GRANT dl_staff TO dl_app@'%';

-- case: privilege granted again
-- expect: nothing
GRANT SELECT ON * TO dl_app@'%';

-- case: privilege on another database granted
-- expect: nothing
CREATE DATABASE IF NOT EXISTS dl_oracle_other;
GRANT SELECT ON dl_oracle_other.* TO dl_app@'%';
DROP DATABASE dl_oracle_other;

-- case: privilege on everything granted
-- expect: nothing
GRANT PROCESS ON *.* TO dl_app@'%';
REVOKE PROCESS ON *.* FROM dl_app@'%';

-- case: privileges of a table that is dropped
-- expect: removed table main.order_lines structure critical
-- expect: removed table main.orders structure critical
-- expect: removed view main.busy structure critical
-- expect: removed view main.order_totals structure critical
DROP VIEW busy, order_totals;
DROP TABLE order_lines, orders;
