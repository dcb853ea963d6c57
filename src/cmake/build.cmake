option(VOUCHSAFE_TESTS "Build the tests" ON)
set(VOUCHSAFE_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=")
option(VOUCHSAFE_FUZZ "Build the fuzz targets instead of the other tests, with clang" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

add_library(vouchsafe_options INTERFACE)
target_include_directories(vouchsafe_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/src)
target_compile_definitions(vouchsafe_options INTERFACE VOUCHSAFE_VERSION="${PROJECT_VERSION}")
target_compile_options(vouchsafe_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Werror
                                                   -fvisibility=hidden)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # g++ 12 sees overlapping copies in its own std::string (GCC bug 105329).
  target_compile_options(vouchsafe_options INTERFACE -Wno-restrict)
endif()
if(VOUCHSAFE_SANITIZE)
  target_compile_options(vouchsafe_options INTERFACE -fsanitize=${VOUCHSAFE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  # SOCI hides the type information that the vptr check would ask for.
  target_compile_options(vouchsafe_options INTERFACE -fno-sanitize=vptr)
  # A test that follows a null pointer is ended by the address sanitizer as well, and compiles in less time so.
  target_compile_options(vouchsafe_options INTERFACE $<$<BOOL:$<TARGET_PROPERTY:VOUCHSAFE_TEST>>:-fno-sanitize=null>)
  target_link_options(vouchsafe_options INTERFACE -fsanitize=${VOUCHSAFE_SANITIZE})
endif()
if(VOUCHSAFE_FUZZ)
  # What an input reaches is counted in the libraries too; a target links libFuzzer itself (vouchsafe_fuzz).
  target_compile_options(vouchsafe_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Where CMAKE_UNITY_BUILD is on, the sources of a target are compiled together, some at a time: most of the time goes
# into the headers that they share. tests/checks/includes compiles each by itself.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 12)

# Sources that have a name of their own in common with another source of the target.
function(vouchsafe_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION TRUE)
endfunction()

# For clang-tidy, which reads what is compiled.
function(vouchsafe_together target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_CODE_BEFORE_INCLUDE "// NOLINTNEXTLINE(bugprone-suspicious-include)")
endfunction()

# A layer: sources of one folder, those that are compiled alone, the layers that it may use, and other libraries.
function(vouchsafe_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;ALONE;USES;SYSTEM" ${ARGN})
  add_library(vouchsafe_${name} STATIC ${ARG_SOURCES} ${ARG_ALONE})
  vouchsafe_together(vouchsafe_${name})
  if(ARG_ALONE)
    vouchsafe_alone(${ARG_ALONE})
  endif()
  target_link_libraries(vouchsafe_${name} PRIVATE vouchsafe_options)
  foreach(layer IN LISTS ARG_USES)
    target_link_libraries(vouchsafe_${name} PUBLIC vouchsafe_${layer})
  endforeach()
  target_link_libraries(vouchsafe_${name} PUBLIC ${ARG_SYSTEM})
endfunction()

# A .fdx that freeDiameterd loads. It exports its entry points alone.
function(vouchsafe_extension name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
  add_library(${name} MODULE ${ARG_SOURCES})
  vouchsafe_together(${name})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".fdx")
  target_link_libraries(${name} PRIVATE vouchsafe_options ${FDCORE} ${FDPROTO})
  foreach(layer IN LISTS ARG_USES)
    target_link_libraries(${name} PRIVATE vouchsafe_${layer})
  endforeach()
  target_link_options(${name} PRIVATE -Wl,--exclude-libs,ALL)
  if(NOT VOUCHSAFE_SANITIZE)
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
  set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/extensions)
endfunction()

# A Boost.Test executable, known to ctest under a label.
function(vouchsafe_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;USES;SYSTEM" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES VOUCHSAFE_TEST TRUE)
  target_precompile_headers(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/precompiled.hpp)
  target_compile_definitions(${name} PRIVATE BOOST_TEST_DYN_LINK)
  target_link_libraries(${name} PRIVATE vouchsafe_options Boost::unit_test_framework ${ARG_SYSTEM})
  foreach(layer IN LISTS ARG_USES)
    target_link_libraries(${name} PRIVATE vouchsafe_${layer})
  endforeach()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 600)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
endfunction()

# A libFuzzer target of one file, tests/fuzz/NAME.cpp. tests/fuzz/run knows its corpus by the name.
function(vouchsafe_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;SYSTEM" ${ARGN})
  add_executable(fuzz_${name} ${name}.cpp ${ARG_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE vouchsafe_options ${ARG_SYSTEM})
  foreach(layer IN LISTS ARG_USES)
    target_link_libraries(fuzz_${name} PRIVATE vouchsafe_${layer})
  endforeach()
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(fuzz_targets fuzz_${name})
  add_test(NAME fuzz_${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/run --no-build --seconds 10 ${name})
  set_tests_properties(fuzz_${name} PROPERTIES LABELS fuzz TIMEOUT 120)
endfunction()
