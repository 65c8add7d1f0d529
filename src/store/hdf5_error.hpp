// What HDF5 says about a failed call, as one of our errors.
#pragma once

#include <filesystem>
#include <string_view>

namespace shoal {

/// Keeps HDF5 from printing its error stack to standard error. Cheap; called before each opening of a file.
void silence_hdf5();

/// Throws a FailureError that names call, object, file and HDF5's reasons; a ResourceError where the disk or
/// a quota is full.
[[noreturn]] void throw_hdf5_error(const char* call, std::string_view object,
                                   const std::filesystem::path& file);

/// An object could not be closed (h5ad_writer.hpp, hdf5_is_broken).
void note_failed_close();

}  // namespace shoal
