-- What the bits of pg_index.indoption mean; 0 is the ordinary order. Serves 12 to 18.
-- @dictionary index_order
SELECT o.id, o.text
  FROM (VALUES (1, 'desc nulls last'), (2, 'asc nulls first'), (3, 'desc')) AS o(id, text)
