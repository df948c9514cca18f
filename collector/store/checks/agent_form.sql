-- What is known of an agent makes sense. (SQLite checks no CHECK of a database that it may only read.)
SELECT printf('agent %d makes no sense', id) FROM agent WHERE name = '' OR length(key) <> 32
