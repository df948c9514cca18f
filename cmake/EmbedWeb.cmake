# Writes the C file of driftline_embed_web(): a table of all files below FOLDER with their types and hashes.
include(${CMAKE_CURRENT_LIST_DIR}/EmbedQuote.cmake)

set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

set(text "#include \"web/web_files.h\"\n\nconst struct web_file web_files[] = {\n")
foreach(file IN LISTS FILES)
  file(RELATIVE_PATH name ${FOLDER} ${file})
  get_filename_component(extension ${file} LAST_EXT)
  string(SUBSTRING "${extension}" 1 -1 extension)
  if(NOT DEFINED type_${extension})
    message(FATAL_ERROR "${file}: nobody says which content type '.${extension}' has; see cmake/EmbedWeb.cmake")
  endif()
  file(SHA256 ${file} hash)
  file(SIZE ${file} size)
  quote_file(content ${file})
  string(REPLACE "?" "\\?" content "${content}") # or else `??=` were a trigraph
  string(APPEND text "    {\"${name}\", \"${type_${extension}}\", \"\\\"${hash}\\\"\", ${size},\n    ${content}},\n")
endforeach()
string(APPEND text "    {0},\n};\n")
file(WRITE ${OUTPUT} "${text}")
