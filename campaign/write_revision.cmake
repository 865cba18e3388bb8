# Writes OUTPUT, a header with the revision of SOURCE_DIR, and leaves it alone if nothing changed:
# only revision.cc is compiled again, and only when the revision is another one.
cmake_minimum_required(VERSION 3.25)

execute_process(
  COMMAND git describe --always --dirty --abbrev=12
  WORKING_DIRECTORY ${SOURCE_DIR}
  OUTPUT_VARIABLE revision
  OUTPUT_STRIP_TRAILING_WHITESPACE
  ERROR_QUIET
  RESULT_VARIABLE result)
if(NOT result EQUAL 0 OR NOT revision MATCHES "^[-._/A-Za-z0-9]+$")
  set(revision "unknown")
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT
"#pragma once

inline constexpr const char* kGeneratedRevision = \"@revision@\";
")
