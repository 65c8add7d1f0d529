// What HDF5 says about a failed call, as one of our errors.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace shoal {

/// Keeps HDF5 from printing its error stack to standard error. Cheap; called before each opening of a file.
void silence_hdf5();

/// Throws a FailureError that names call, object, file and HDF5's reasons; a ResourceError where the disk or
/// a quota is full.
[[noreturn]] void throw_hdf5_error(const char* call, std::string_view object,
                                   const std::filesystem::path& file);

/// What the operating system answered to the call that HDF5 failed in, "Input/output error"; empty where HDF5
/// failed by itself. Of the last error, as long as no other function of HDF5 is called.
std::string hdf5_system_error();

/// An object could not be closed, or is left open for that reason (h5ad_writer.hpp, hdf5_is_broken).
void note_failed_close();

}  // namespace shoal
