# SPDX-License-Identifier: GPL-3.0-or-later
# All that Ephemera is built from. installer/dependencies installs it.

find_package(PkgConfig REQUIRED)
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network WebSockets Gui Widgets Svg Test LinguistTools)
find_package(Qt6Keychain REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(HS REQUIRED IMPORTED_TARGET libhs)
pkg_check_modules(ZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(DEFLATE REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(NGHTTP2 REQUIRED IMPORTED_TARGET libnghttp2)

find_path(EXPECTED_INCLUDE_DIR tl/expected.hpp REQUIRED)

find_library(QSCINTILLA_LIBRARY qscintilla2_qt6 REQUIRED)
find_path(QSCINTILLA_INCLUDE_DIR Qsci/qsciscintilla.h REQUIRED
    HINTS ${Qt6Core_INCLUDE_DIRS} PATH_SUFFIXES qt6 x86_64-linux-gnu/qt6 aarch64-linux-gnu/qt6)
add_library(Ephemera::QScintilla UNKNOWN IMPORTED)
set_target_properties(Ephemera::QScintilla PROPERTIES
    IMPORTED_LOCATION ${QSCINTILLA_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${QSCINTILLA_INCLUDE_DIR})

find_package(Qt6 6.4 REQUIRED COMPONENTS PrintSupport)
find_library(QCUSTOMPLOT_LIBRARY NAMES QCustomPlotQt6 qcustomplot-qt6 REQUIRED)
find_path(QCUSTOMPLOT_INCLUDE_DIR qcustomplot.h REQUIRED)
add_library(Ephemera::QCustomPlot UNKNOWN IMPORTED)
set_target_properties(Ephemera::QCustomPlot PROPERTIES
    IMPORTED_LOCATION ${QCUSTOMPLOT_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${QCUSTOMPLOT_INCLUDE_DIR}
    INTERFACE_COMPILE_DEFINITIONS QCUSTOMPLOT_USE_LIBRARY INTERFACE_LINK_LIBRARIES Qt6::PrintSupport)

# The distribution's KF6, or the one that installer/ksyntaxhighlighting built against Qt 6. Never a Qt 5 library.
find_package(KF6SyntaxHighlighting QUIET)
if(KF6SyntaxHighlighting_FOUND)
    add_library(Ephemera::SyntaxHighlighting ALIAS KF6::SyntaxHighlighting)
else()
    set(EPHEMERA_KSYNTAXHIGHLIGHTING "" CACHE PATH "Prefix that installer/ksyntaxhighlighting printed")
    set(cacheHome $ENV{XDG_CACHE_HOME})
    if(NOT cacheHome)
        set(cacheHome $ENV{HOME}/.cache)
    endif()
    find_package(KF5SyntaxHighlighting REQUIRED NO_DEFAULT_PATH
        PATHS ${EPHEMERA_KSYNTAXHIGHLIGHTING} $ENV{EPHEMERA_BUILD_CACHE}/ksyntaxhighlighting ${cacheHome}/ephemera-build/ksyntaxhighlighting)
    get_target_property(linked KF5::SyntaxHighlighting INTERFACE_LINK_LIBRARIES)
    if(NOT linked MATCHES "Qt6::Gui")
        message(FATAL_ERROR "KF5SyntaxHighlighting links ${linked}; run installer/ksyntaxhighlighting to build it against Qt 6.")
    endif()
    set_target_properties(KF5::SyntaxHighlighting PROPERTIES IMPORTED_GLOBAL TRUE)
    add_library(Ephemera::SyntaxHighlighting ALIAS KF5::SyntaxHighlighting)
endif()
