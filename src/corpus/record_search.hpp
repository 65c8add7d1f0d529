// Where records begin in a text that grows: no byte is looked through again for each part that comes.
#pragma once

#include <cstddef>
#include <string_view>

#include "shoal/corpus/post_reader.hpp"

namespace shoal {

/// The text begins with a record; each call is given that of the last one, less what was dropped from its
/// beginning, and with more behind it.
class RecordSearch {
 public:
  /// starts: null where each line is a record. Both outlive the search.
  RecordSearch(const RecordStarts* starts, std::string_view beginning)
      : starts_(starts), beginning_(beginning) {}

  /// The first record that begins in what has come since the last call, or is seen only now; 0 where none is.
  std::size_t first_record(std::string_view text);
  /// The last one instead.
  std::size_t last_record(std::string_view text);

  /// How many bytes at the text's beginning may be dropped where no record begins behind the first.
  [[nodiscard]] std::size_t passed() const { return line_; }
  void drop(std::size_t bytes);

 private:
  std::size_t behind_line_end(std::size_t end, std::string_view text);
  bool go_to_next_line(std::string_view text);
  void go_to_last_line(std::string_view text);
  void go_to(std::size_t line, std::string_view text);
  [[nodiscard]] bool inside_at(std::size_t line, std::string_view text) const;
  [[nodiscard]] std::size_t record_from(std::size_t line, bool inside, std::string_view text) const;

  const RecordStarts* starts_;
  std::string_view beginning_;
  std::size_t line_ = 0;  ///< the last line that begins in what was seen
  bool inside_ = false;   ///< what RecordStarts must know of all that stands before that line
  std::size_t seen_ = 1;  ///< further lines begin at or behind this place
};

}  // namespace shoal
