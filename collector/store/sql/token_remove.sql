-- A token that is to be good for nothing any more.
DELETE FROM token WHERE name = :name
