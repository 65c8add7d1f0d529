# Everything that Shoal takes from outside. tools/setup installs these on Debian and Ubuntu.
find_package(Threads REQUIRED)
find_package(MPI REQUIRED COMPONENTS C)
set(HDF5_PREFER_PARALLEL TRUE)
find_package(HDF5 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "HDF5 was found, but without parallel I/O. Install the parallel build "
    "(Debian: libhdf5-openmpi-dev) or point HDF5_ROOT to one.")
endif()
find_package(Boost 1.74 REQUIRED COMPONENTS serialization)
find_package(fmt REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(LibArchive REQUIRED)
find_package(LibLZMA REQUIRED)
find_package(Eigen3 3.3 REQUIRED NO_MODULE)
# libwebp's own CMake package is missing in Debian.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SHOAL_WEBP REQUIRED IMPORTED_TARGET libwebp libwebpdemux)
add_library(shoal_webp INTERFACE)
target_link_libraries(shoal_webp INTERFACE PkgConfig::SHOAL_WEBP)
find_package(ICU REQUIRED COMPONENTS uc)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)

# oneDNN's own CMake package asks for OpenCL headers that the CPU build does not need.
find_library(SHOAL_DNNL_LIBRARY NAMES dnnl REQUIRED)
find_path(SHOAL_DNNL_INCLUDE_DIR NAMES dnnl.hpp PATH_SUFFIXES oneapi/dnnl REQUIRED)
add_library(shoal_dnnl INTERFACE)
target_link_libraries(shoal_dnnl INTERFACE "${SHOAL_DNNL_LIBRARY}")
target_include_directories(shoal_dnnl SYSTEM INTERFACE "${SHOAL_DNNL_INCLUDE_DIR}")

# toml++: header only, or with its library where the distribution splits it.
find_path(SHOAL_TOMLPLUSPLUS_INCLUDE_DIR NAMES toml++/toml.h REQUIRED)
add_library(shoal_tomlplusplus INTERFACE)
target_include_directories(shoal_tomlplusplus SYSTEM INTERFACE "${SHOAL_TOMLPLUSPLUS_INCLUDE_DIR}")

# Parallel HDF5 and MPI as plain interface targets whose headers are system headers: mpi.h does not compile
# under our warnings, and its C++ bindings are dead.
add_library(shoal_mpi INTERFACE)
target_link_libraries(shoal_mpi INTERFACE MPI::MPI_C)
target_compile_definitions(shoal_mpi INTERFACE OMPI_SKIP_MPICXX=1 MPICH_SKIP_MPICXX=1)
add_library(shoal_hdf5 INTERFACE)
target_link_libraries(shoal_hdf5 INTERFACE ${HDF5_C_LIBRARIES} shoal_mpi)
target_include_directories(shoal_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_compile_definitions(shoal_hdf5 INTERFACE ${HDF5_C_DEFINITIONS})
