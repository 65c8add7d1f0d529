// Vectors in a matrix of an AnnData file, and the names of its rows.
#pragma once

#include <memory>

#include "pipeline/given/vector_file.hpp"

namespace shoal {

/// Tells of the matrix, whose name in the file is known. Throws InputError, UnavailableError.
void inspect_h5ad(VectorFileInfo& info);

std::unique_ptr<VectorFile> open_h5ad(const VectorFileInfo& info);

}  // namespace shoal
