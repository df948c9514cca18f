SELECT name, number, bytes FROM thing ORDER BY id
