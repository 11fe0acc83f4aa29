# SPDX-License-Identifier: GPL-3.0-or-later
# Warnings, sanitizers, compiler cache and linker. Everything of ours links EphemeraOptions.

option(EPHEMERA_WERROR "Warnings are errors" OFF)
option(EPHEMERA_FUZZ "Build the fuzzers (clang only)" OFF)
set(EPHEMERA_SANITIZE "" CACHE STRING "Sanitizers, such as address,undefined")

find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

add_library(EphemeraOptions INTERFACE)
target_compile_definitions(EphemeraOptions INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_FOREACH QT_NO_URL_CAST_FROM_STRING QT_USE_QSTRINGBUILDER
    QT_DISABLE_DEPRECATED_BEFORE=0x060400)
target_compile_options(EphemeraOptions INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
    $<$<BOOL:${EPHEMERA_WERROR}>:-Werror> $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
target_include_directories(EphemeraOptions INTERFACE ${CMAKE_SOURCE_DIR})

find_program(MOLD mold)
find_program(LLD ld.lld)
if(MOLD)
    target_link_options(EphemeraOptions INTERFACE $<IF:$<CXX_COMPILER_ID:GNU>,-fuse-ld=mold,--ld-path=${MOLD}>)
elseif(LLD)
    target_link_options(EphemeraOptions INTERFACE -fuse-ld=lld)
endif()

# What a program hardly ever runs lies apart, and stays out of memory.
if(MOLD OR LLD)
    target_link_options(EphemeraOptions INTERFACE -Wl,--gc-sections,-z,keep-text-section-prefix)
endif()

if(EPHEMERA_SANITIZE)
    target_compile_options(EphemeraOptions INTERFACE -fsanitize=${EPHEMERA_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(EphemeraOptions INTERFACE -fsanitize=${EPHEMERA_SANITIZE})
    if(EPHEMERA_SANITIZE MATCHES thread)
        # By the path of its object, so that it comes into each program and is searched for nowhere.
        add_library(EphemeraThreadSanitizer OBJECT tests/support/threadsanitizer.cpp)
        target_link_libraries(EphemeraOptions INTERFACE $<TARGET_OBJECTS:EphemeraThreadSanitizer>)
    endif()
endif()
if(EPHEMERA_FUZZ)
    target_compile_options(EphemeraOptions INTERFACE -fsanitize=fuzzer-no-link,address,undefined)
    target_link_options(EphemeraOptions INTERFACE -fsanitize=address,undefined)
endif()
