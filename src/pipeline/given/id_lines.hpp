// Ids of rows, one a line: of a plain text, or the first column of a CSV.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/base/random_file.hpp"

namespace shoal {

/// How lines are read: a CSV's first cell may stand in quotes, and hold line ends.
enum class IdColumn { line, comma, tab };

/// By the file's suffix: .csv, .tsv, else a line each.
IdColumn id_column_of(const std::string& path);

/// Where ids stand in a file.
struct IdPlaces {
  std::int64_t lines = 0;            ///< without empty ones at the end
  std::vector<std::int64_t> places;  ///< offsets of lines first, first + step, ...
};

/// Goes through the file once, in pieces.
IdPlaces find_ids(const RandomFile& file, IdColumn column, std::int64_t first, std::int64_t step);

/// The ids of up to `count` lines, of which the text begins with the first.
std::vector<std::string> ids_in(std::string_view text, IdColumn column, std::int64_t count);

}  // namespace shoal
