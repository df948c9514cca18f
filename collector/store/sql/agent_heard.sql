-- An agent whose session has ended was heard last at this time.
UPDATE agent SET last_seen = :at WHERE id = :id
