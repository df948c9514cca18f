-- A fact of the store itself.
SELECT value FROM meta WHERE name = :name
