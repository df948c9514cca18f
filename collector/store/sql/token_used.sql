-- A token was used; to the hour, so that it is written once an hour.
UPDATE token SET last_used = :hour WHERE id = :id AND coalesce(last_used, 0) < :hour
