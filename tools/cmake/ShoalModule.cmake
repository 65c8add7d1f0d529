# shoal_module(NAME [SHARED] [USES modules...] [LIBRARIES targets...])
# One library per module, from every .cpp of its folder and its rooms. USES are the modules below it that its headers or
# sources include; LIBRARIES are third-party targets, linked privately so that they do not leak into the modules
# above.
function(shoal_module name)
  cmake_parse_arguments(MODULE "SHARED" "" "USES;LIBRARIES" ${ARGN})
  if(MODULE_SHARED)
    set(kind SHARED)
  else()
    set(kind STATIC)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  add_library(shoal_${name} ${kind} ${sources})
  target_include_directories(shoal_${name}
    PUBLIC "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}/include"
    PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/src")
  set(uses ${MODULE_USES})
  list(TRANSFORM uses PREPEND shoal_)
  target_link_libraries(shoal_${name} PUBLIC ${uses} PRIVATE shoal_flags ${MODULE_LIBRARIES})
  if(MODULE_SHARED)
    set_target_properties(shoal_${name} PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION})
    install(TARGETS shoal_${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  endif()
endfunction()
