// Names of files that differ in ways that systems confuse: case, composition, separators.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/image_sources.hpp"

namespace shoal {

/// Equal for names that differ in case, in composition (NFC, NFD) and in backslashes for slashes alone.
std::string similar_key(const std::string& name);

/// Calls hear(name) for each file below the folders among the sources, on the rank that owner_of(name) says,
/// in no order. Each folder is walked by one rank, which holds the names of one folder in it at a time. Links
/// to folders are not followed: one file would have two names. Throws InputError, on all ranks, where a
/// folder cannot be read; one without permission is passed over. Collective.
void hear_names_in_folders(Communicator& comm, const std::vector<ImageSource>& sources,
                           const std::function<std::size_t(const std::string& name)>& owner_of,
                           const std::function<void(std::string name)>& hear);

}  // namespace shoal
