// A nested dictionary as AnnData's groups and scalars.
#pragma once

#include <string>

#include "shoal/store/uns_value.hpp"
#include "verified_file.hpp"

namespace shoal {

/// Writes a value and all below it at `object`. The same on all ranks; the root gives the bytes.
void write_uns(VerifiedFile& file, const std::string& object, const UnsValue& value);

}  // namespace shoal
