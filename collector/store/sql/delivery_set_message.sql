-- What a message says.
UPDATE delivery SET message = :message WHERE id = :id
