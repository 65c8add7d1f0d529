// Vectors in .npy, and their ids beside them.
#pragma once

#include <memory>

#include "pipeline/given/vector_file.hpp"

namespace shoal {

/// Tells of the header, and of the ids, whose path is known. Throws InputError, UnavailableError.
void inspect_npy(VectorFileInfo& info);

std::unique_ptr<VectorFile> open_npy(const VectorFileInfo& info);

}  // namespace shoal
