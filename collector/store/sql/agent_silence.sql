-- An agent is silent from now on; or, with nothing, no longer.
UPDATE agent SET silent_since = :since WHERE id = :id
