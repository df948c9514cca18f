-- Text search configurations, dictionaries, parsers and templates.

-- case: text search configuration added
-- expect: added text_search_configuration lab.english_two structure low
CREATE TEXT SEARCH CONFIGURATION lab.english_two (COPY = pg_catalog.english);

-- case: text search configuration dropped
-- expect: removed text_search_configuration lab.bare structure high
DROP TEXT SEARCH CONFIGURATION lab.bare;

-- case: mapping added
-- expect: modified text_search_configuration lab.bare structure medium
ALTER TEXT SEARCH CONFIGURATION lab.bare ADD MAPPING FOR asciiword WITH simple;

-- case: mapping dropped
-- expect: modified text_search_configuration lab.search structure medium
ALTER TEXT SEARCH CONFIGURATION lab.search DROP MAPPING FOR url;

-- case: order of the dictionaries of a mapping changed
-- expect: modified text_search_configuration lab.search structure medium
ALTER TEXT SEARCH CONFIGURATION lab.search ALTER MAPPING FOR word WITH "Odd Names"."Stem It", lab.stop_english;

-- case: dictionary of all mappings replaced
-- expect: modified text_search_configuration lab.search structure medium
ALTER TEXT SEARCH CONFIGURATION lab.search ALTER MAPPING REPLACE simple WITH lab.plain_words;

-- case: parser of a configuration changed
-- expect: modified text_search_configuration lab.bare structure medium
DROP TEXT SEARCH CONFIGURATION lab.bare;
CREATE TEXT SEARCH CONFIGURATION lab.bare (PARSER = lab.words);

-- case: text search dictionary added
-- expect: added text_search_dictionary lab.stem_french structure low
CREATE TEXT SEARCH DICTIONARY lab.stem_french (TEMPLATE = snowball, LANGUAGE = french, STOPWORDS = french);

-- case: text search dictionary dropped
-- expect: removed text_search_dictionary lab.plain_words structure high
DROP TEXT SEARCH DICTIONARY lab.plain_words;

-- case: option of a dictionary changed
-- expect: modified text_search_dictionary lab.stop_english structure medium
ALTER TEXT SEARCH DICTIONARY lab.stop_english (STOPWORDS = german);

-- case: option of a dictionary given up
-- expect: modified text_search_dictionary lab.stop_english structure medium
ALTER TEXT SEARCH DICTIONARY lab.stop_english (ACCEPT);

-- case: template of a dictionary changed
-- expect: modified text_search_dictionary lab.plain_words structure medium
DROP TEXT SEARCH DICTIONARY lab.plain_words;
CREATE TEXT SEARCH DICTIONARY lab.plain_words (TEMPLATE = simple);

-- case: text search parser added
-- expect: added text_search_parser lab.words_two structure low
CREATE TEXT SEARCH PARSER lab.words_two (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);

-- case: text search parser dropped
-- expect: removed text_search_parser lab.words structure high
-- expect: removed text_search_configuration lab.search structure high
DROP TEXT SEARCH PARSER lab.words CASCADE;

-- case: headline of a parser given up
-- expect: modified text_search_parser lab.idle_words structure medium
DROP TEXT SEARCH PARSER lab.idle_words;
CREATE TEXT SEARCH PARSER lab.idle_words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);

-- case: text search template added
-- expect: added text_search_template lab.simple_three structure low
CREATE TEXT SEARCH TEMPLATE lab.simple_three (INIT = dsimple_init, LEXIZE = dsimple_lexize);

-- case: text search template dropped
-- expect: removed text_search_template lab.no_init structure high
DROP TEXT SEARCH TEMPLATE lab.no_init;

-- case: functions of a template changed
-- expect: modified text_search_template lab.no_init structure medium
DROP TEXT SEARCH TEMPLATE lab.no_init;
CREATE TEXT SEARCH TEMPLATE lab.no_init (INIT = dsynonym_init, LEXIZE = dsynonym_lexize);
