// What extended headers of a tar archive say of the member behind them, or of all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shoal {

/// Stands in place of what the member's own header says.
struct TarExtension {
  std::optional<std::string> path;
  std::optional<std::uint64_t> bytes;
  bool sparse = false;  ///< the member's bytes are those of a sparse file, in a form of GNU tar's own
};

/// Reads records of the form "length key=value\n" into an extension; keys that do not matter here are left
/// out. False where the text is not made of such records.
bool read_pax_records(std::string_view text, TarExtension& extension);

}  // namespace shoal
