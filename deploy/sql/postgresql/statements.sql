-- Statements without secrets. A part of install.sql.

-- At most 64 KiB, whole characters.
CREATE OR REPLACE FUNCTION driftline.cut(content text) RETURNS text
LANGUAGE sql IMMUTABLE AS $capture$
  SELECT CASE WHEN octet_length(content) <= 65536 THEN content
              -- at most that many characters have more than one byte
              ELSE left(content, greatest(16383, 65533 - (octet_length(content) - length(content)))) || '...' END
$capture$;

-- A statement without literals ('...', E'...', $tag$...$tag$) and comments; numbers stay. It is read as the server reads it, and in
-- doubt too much goes: where a quote ends depends on standard_conforming_strings behind a backslash only, and there the
-- text is cut.
CREATE OR REPLACE FUNCTION driftline.without_literals(query text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $capture$
DECLARE
  kept text[] := '{}';
  mark text := '''***''';    -- in the place of a literal; with an ellipsis where the database has that character
  state text := 'plain';     -- plain, quote, escape (E'...'), name ("..."), dollar, line, block
  previous text := '';       -- the piece before, in plain text and block comments
  literal text := '';        -- which kind may go on here: in it''s, and over a line's end
  in_word boolean := false;  -- right behind a letter, a digit, or a $ in a word
  glued boolean := false;    -- the previous piece began so
  tag text;                  -- of the dollar quote
  candidate text;            -- what stands since a $, which may become a tag
  odd boolean := false;      -- behind an odd number of backslashes
  depth int := 0;
  piece text;
BEGIN
  query := left(query, 65536);
  IF query COLLATE "C" !~ '[''$]|--|/\*' THEN
    RETURN driftline.cut(query);
  END IF;
  IF getdatabaseencoding() = 'UTF8' THEN
    mark := '''' || convert_from('\xe280a6', 'UTF8') || '''';
  END IF;
  FOR piece IN SELECT m[1] FROM regexp_matches(query COLLATE "C", '([-''"$*/\\]|[^-''"$*/\\]+)', 'g') AS m LOOP
    IF state = 'line' THEN
      CONTINUE WHEN piece !~ '[\n\r]';
      state := 'plain';
      previous := '';
      in_word := false;
      piece := substring(piece FROM '[\n\r].*$');
    END IF;
    IF state = 'plain' AND candidate IS NOT NULL THEN
      IF piece = '$' THEN
        state := 'dollar';
        tag := candidate;
        candidate := NULL;
        kept := kept || mark;
        CONTINUE;
      ELSIF candidate = ''
            AND piece COLLATE "C" ~ '^(_|[^[:space:][:punct:][:cntrl:][:digit:]])(_|[^[:space:][:punct:][:cntrl:]])*$' THEN
        candidate := piece;
        CONTINUE;
      END IF;
      kept := kept || ('$' || candidate);
      in_word := candidate <> '';
      previous := '';
      candidate := NULL;
    END IF;
    IF state = 'plain' THEN
      IF piece = '''' THEN
        state := CASE WHEN literal = 'escape' OR lower(previous) = 'e' AND NOT glued
                           OR previous COLLATE "C" ~* '[[:space:][:cntrl:]!-/:-@[-^`{-~]e$' THEN 'escape' ELSE 'quote' END;
        IF previous <> '''' THEN
          kept := kept || mark;
        END IF;
        odd := false;
      ELSIF piece = '$' AND NOT in_word THEN
        candidate := '';
        literal := '';
      ELSIF piece = '-' AND previous = '-' OR piece = '*' AND previous = '/' THEN
        kept[cardinality(kept)] := ' ';
        state := CASE piece WHEN '-' THEN 'line' ELSE 'block' END;
        depth := 1;
        previous := '';
        in_word := false;
      ELSE
        kept := kept || piece;
        glued := in_word;
        previous := piece;
        IF piece = '"' THEN
          state := 'name';
        END IF;
        IF piece <> '-' AND piece <> '/' AND piece ~ '\S' THEN
          literal := '';
        END IF;
        -- a number is no word, unless it is in one
        in_word := piece = '$' OR right(piece, 1) COLLATE "C" ~ '_|[^[:space:][:punct:][:cntrl:]]'
                                  AND (glued AND piece COLLATE "C" ~ '^[0-9]+$'
                                       OR piece COLLATE "C" !~ '(^|[[:space:][:cntrl:]!-/:-@[-^`{-~])[0-9]+$');
      END IF;
    ELSIF state = 'name' THEN
      kept := kept || piece;
      IF piece = '"' THEN
        state := 'plain';
        previous := '';
        in_word := false;
      END IF;
    ELSIF state IN ('quote', 'escape') THEN
      IF piece = '''' AND odd AND state = 'quote' THEN
        RETURN driftline.cut(array_to_string(kept, '') || ' ...');
      ELSIF piece = '''' AND NOT odd THEN
        literal := state;
        state := 'plain';
        previous := '''';
        in_word := false;
      END IF;
      odd := piece = '\' AND NOT odd;
    ELSIF state = 'dollar' THEN
      IF piece = '$' AND candidate = tag THEN
        state := 'plain';
        candidate := NULL;
        previous := '';
        literal := '';
        in_word := false;
      ELSE
        candidate := CASE WHEN piece = '$' THEN '' WHEN candidate = '' AND piece = tag THEN piece END;
      END IF;
    ELSIF piece = '/' AND previous = '*' THEN
      depth := depth - 1;
      previous := '';
      IF depth = 0 THEN
        state := 'plain';
      END IF;
    ELSIF piece = '*' AND previous = '/' THEN
      depth := depth + 1;
      previous := '';
    ELSE
      previous := piece;
    END IF;
  END LOOP;
  RETURN driftline.cut(array_to_string(kept, '') || CASE WHEN state = 'plain' THEN coalesce('$' || candidate, '') ELSE '' END);
END
$capture$;

-- Of a text with several statements those that can be meant: of this tag, and with the object's name in them. All of it
-- where none can be told (DO, functions).
CREATE OR REPLACE FUNCTION driftline.statement_about(whole text, tag text, object text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $capture$
DECLARE
  first_word text := '^\s*' || split_part(tag, ' ', 1) || '\M';
  last_word text := '\m' || regexp_replace(tag, '^.* ', '') || '\M';
  name text := replace(btrim(regexp_replace(regexp_replace(object, '\(.*$', ''), '^.*\.', ''), '"'), '""', '"');
  meant text;
BEGIN
  whole := btrim(whole, E' \t\r\n;');
  IF position(';' IN whole) = 0 OR whole ~* '\mBEGIN\s+ATOMIC\M' THEN
    RETURN whole;
  END IF;
  SELECT coalesce(string_agg(btrim(s, E' \t\r\n'), '; ')
                  FILTER (WHERE CASE WHEN name ~ '^[[:alnum:]_$]+$'
                                     THEN lower(name) = ANY (regexp_split_to_array(lower(s), '[^[:alnum:]_$]+'))
                                     ELSE position(name IN s) > 0 END),
                  string_agg(btrim(s, E' \t\r\n'), '; ')) INTO meant
    FROM (SELECT m[1] FROM regexp_matches(whole, '(("[^"]*"|[^";])+)', 'g') AS m) AS t (s)
   WHERE s ~* first_word AND s ~* last_word;
  RETURN coalesce(meant, whole);
END
$capture$;
