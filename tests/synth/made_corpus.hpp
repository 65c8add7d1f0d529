// Made corpora as tests read them back: by an outside parser.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/base/file.hpp"
#include "shoal/synth/synth.hpp"

namespace shoal::testing {

namespace fs = std::filesystem;

inline std::string text_of(const fs::path& path) {
  const std::vector<std::byte> bytes = read_file(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// Over names and bytes of the files in the given folders, in order.
inline std::string digest_of(const std::vector<fs::path>& files) {
  Sha256 sha;
  for (const fs::path& file : files) sha.update(file.filename().string()).update(text_of(file));
  return to_hex(sha.finish());
}

/// Over all files but the photos, whose bytes depend on the version of libjpeg.
inline std::string words_digest(const fs::path& corpus) {
  std::vector<fs::path> words;
  for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
    if (entry.is_regular_file() && entry.path().parent_path().filename() != "photos")
      words.push_back(entry.path());
  }
  std::sort(words.begin(), words.end());
  return digest_of(words);
}

/// What stands between line ends; of a last line without one, too.
inline std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::istringstream text(text_of(file));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

/// The lines of a table below its heading, by column.
inline std::vector<std::map<std::string, std::string>> rows_of(const fs::path& csv) {
  const auto cells_of = [](const std::string& line) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    return cells;
  };
  const std::vector<std::string> lines = lines_of(csv);
  const std::vector<std::string> names = cells_of(lines.at(0));
  std::vector<std::map<std::string, std::string>> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> cells = cells_of(lines[i]);
    std::map<std::string, std::string> row;
    for (std::size_t column = 0; column < names.size(); ++column) row[names[column]] = cells.at(column);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace shoal::testing
