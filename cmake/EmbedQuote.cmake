# quote_file(VARIABLE FILE): the content of a file as a C string, line by line. For the scripts that embed SQL.
function(quote_file variable file)
  file(READ ${file} content)
  string(REPLACE "\\" "\\\\" content "${content}")
  string(REPLACE "\"" "\\\"" content "${content}")
  string(REPLACE "\n" "\\n\"\n    \"" content "${content}")
  set(${variable} "\"${content}\"" PARENT_SCOPE)
endfunction()
