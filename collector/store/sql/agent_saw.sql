-- What an agent said of itself.
UPDATE agent SET last_seen = :at, version = :version, host = :host, address = :address WHERE id = :id
