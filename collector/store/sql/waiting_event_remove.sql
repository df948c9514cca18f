-- Events of an incident up to a number were told.
DELETE FROM incident_event WHERE incident = :incident AND event <= :last
