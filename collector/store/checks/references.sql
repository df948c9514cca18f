-- What a row refers to is there.
SELECT printf('row %d of %s refers to a row of %s that is not there', rowid, "table", parent)
FROM pragma_foreign_key_check
