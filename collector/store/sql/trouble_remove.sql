-- A trouble of an incident is over.
DELETE FROM incident_trouble WHERE incident = :incident AND trouble = :trouble
