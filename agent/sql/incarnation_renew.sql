-- From now on this is another outbox.
UPDATE meta SET value = randomblob(16) WHERE name = 'incarnation'
