# Writes the C file of driftline_embed_sql(): a table of all SQL files with their names.
include(${CMAKE_CURRENT_LIST_DIR}/EmbedQuote.cmake)

set(text "#include \"sources/catalog.h\"\n\nextern const struct catalog_file ${SYMBOL}[];\nconst struct catalog_file ${SYMBOL}[] = {\n")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  quote_file(content ${file})
  string(APPEND text "    {\"${name}\",\n    ${content}},\n")
endforeach()
string(APPEND text "    {0},\n};\n")
file(WRITE ${OUTPUT} "${text}")
