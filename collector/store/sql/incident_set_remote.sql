-- What the sink calls an incident.
UPDATE incident SET remote = :remote WHERE id = :id
