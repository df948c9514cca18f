# How every part of Driftline is built: language, warnings, sanitizers, and the functions that make a library of a folder
# and strings of SQL files.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

option(DRIFTLINE_TESTS "Build the tests" ON)
option(DRIFTLINE_BENCH "Build the programs that tests/bench/run measures with" OFF)
option(DRIFTLINE_FUZZ "Build libFuzzer targets (Clang only)" OFF)
option(DRIFTLINE_WERROR "Treat warnings as errors" ON)
option(DRIFTLINE_ARENA_SEPARATE "Make each arena allocation a block of its own, so that ASan sees overruns" OFF)
set(DRIFTLINE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

add_compile_definitions(_GNU_SOURCE DRIFTLINE_VERSION="${PROJECT_VERSION}")
add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wpointer-arith
  -Wwrite-strings -Wvla -Wformat=2 -Wformat-nonliteral -Wundef -Wconversion -Wno-sign-conversion -Wimplicit-fallthrough
  -fno-common -fstack-protector-strong)
if(DRIFTLINE_WERROR)
  add_compile_options(-Werror)
endif()
if(DRIFTLINE_SANITIZE)
  add_compile_options(-fsanitize=${DRIFTLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DRIFTLINE_SANITIZE})
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
if(DRIFTLINE_ARENA_SEPARATE)
  add_compile_definitions(DRIFTLINE_ARENA_SEPARATE)
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto>=3.0)
pkg_check_modules(CYAML REQUIRED IMPORTED_TARGET libcyaml)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.14)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.37)
pkg_check_modules(ZMQ REQUIRED IMPORTED_TARGET libzmq>=4.3)
pkg_check_modules(PROTOBUF_C REQUIRED IMPORTED_TARGET libprotobuf-c>=1.4)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd>=0.9.75)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl>=7.88)
pkg_check_modules(ODBC REQUIRED IMPORTED_TARGET odbc>=2.3 odbcinst)
find_program(PROTOC_C protoc-c REQUIRED)

# driftline_library(NAME FOLDER [SOURCES file...] [LINK library...])
# A static library of a folder such as common/base. Its headers are reached as "base/error.h", and only by those who link
# the library: each has an include directory of its own with one link in it, so that a step against the dependency rule
# does not compile.
function(driftline_library name folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  get_filename_component(room ${folder} NAME)
  set(include_root ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${include_root})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${folder} ${include_root}/${room} SYMBOLIC)
  list(TRANSFORM ARG_SOURCES PREPEND ${CMAKE_SOURCE_DIR}/${folder}/ REGEX "^[^/]")
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${include_root})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
endfunction()

# driftline_embed_sql(LIBRARY SYMBOL FOLDER)
# Every .sql file of a folder, sorted by name, as the table `const struct catalog_file SYMBOL[]` that a NULL name ends.
function(driftline_embed_sql library symbol folder)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.sql)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DSYMBOL=${symbol} "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/EmbedSql.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/EmbedSql.cmake ${CMAKE_SOURCE_DIR}/cmake/EmbedQuote.cmake
    VERBATIM)
  # A statement may be longer than the 4,095 bytes that C99 promises.
  set_source_files_properties(${output} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${library} PRIVATE ${output})
endfunction()

# driftline_embed_files(LIBRARY PREFIX file...)
# Each FOLDER/NAME.EXTENSION as `const char PREFIX_NAME[]`, what is no letter or digit in its name as `_`. The library
# includes "PREFIX.h", which declares them; nobody else can.
function(driftline_embed_files library prefix)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded/${prefix})
  add_custom_command(
    OUTPUT ${output}.c ${output}.h
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DPREFIX=${prefix} "-DFILES=${ARGN}"
      -P ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake ${CMAKE_SOURCE_DIR}/cmake/EmbedQuote.cmake
    VERBATIM)
  set_source_files_properties(${output}.c PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${library} PRIVATE ${output}.c ${output}.h)
  target_include_directories(${library} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded)
endfunction()

# driftline_embed_web(LIBRARY FOLDER)
# Every file of a folder and of those in it as the table `const struct web_file web_files[]` of web/web_files.h, sorted by
# name.
function(driftline_embed_web library folder)
  set(root ${CMAKE_SOURCE_DIR}/${folder})
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${root}/*)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/web_table.c)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DFOLDER=${root} "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/EmbedWeb.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/EmbedWeb.cmake ${CMAKE_SOURCE_DIR}/cmake/EmbedQuote.cmake
    VERBATIM)
  set_source_files_properties(${output} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${library} PRIVATE ${output})
endfunction()

# driftline_embed_statements(LIBRARY PREFIX FOLDER)
# Every FOLDER/NAME.sql so, for database_prepare(), and `const char *const PREFIX_all[]`, a list of them in the order of
# their names that NULL ends.
function(driftline_embed_statements library prefix folder)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.sql)
  driftline_embed_files(${library} ${prefix} ${files})
endfunction()
