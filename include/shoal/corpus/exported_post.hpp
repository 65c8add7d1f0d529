// A post as `shoal export` writes it and as Shoal reads it again: one schema, whatever format it came in.
#pragma once

#include <cstdint>
#include <string>

#include "shoal/data/post.hpp"

namespace shoal {

enum class ExportForm : std::uint8_t { csv, json_lines };

/// All that a row tells: whoever hides something leaves it out of this.
struct ExportedPost {
  Post post{};
  std::string creator_id{};  ///< the platform's number of the account; of one without a handle the key has it
  Count creator_followers{};
  Count creator_followees{};
  Count creator_posts{};
};

/// What the file begins with: the names of the columns, or nothing.
std::string export_heading(ExportForm form);

/// With its line end. Cells are as RFC 4180 has them: what a spreadsheet takes for a formula stays as it is,
/// since other programs would take a mark in front of it for a part of the text.
std::string export_row(const ExportedPost& exported, ExportForm form);

}  // namespace shoal
