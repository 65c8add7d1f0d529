// A field without quotes is seldom longer than a few words; a quoted one is often a caption, whose quotes the
// C library finds fastest.
#include "csv_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "csv_bytes.hpp"

namespace shoal {

bool CsvRows::next() {
  fields_.clear();
  unquoted_.clear();
  in_unquoted_.clear();
  fault_ = CsvFault::none;
  do {
    while (at_ < text_.size() && is_line_end(text_[at_])) ++at_;
  } while (dialect_.is_named && pass_over_name());
  row_ = at_;
  if (at_ == text_.size()) return false;
  while (read_field()) {
  }
  finish_row();
  return true;
}

/// Whether the line at at_ names the delimiter; then at_ is behind it. Such a line is no row wherever it
/// stands: a range of a file does not know which of its lines is the first.
bool CsvRows::pass_over_name() {
  if (named_delimiter(text_.substr(at_)) != dialect_.delimiter) return false;
  at_ = find_separator(text_, at_, '\n');
  return true;
}

/// Reads the field at at_. Returns whether a delimiter stood behind it, and so another field follows.
bool CsvRows::read_field() {
  if (dialect_.skips_initial_space) at_ = behind_spaces(text_, at_);
  if (at_ < text_.size() && text_[at_] == '"') {
    read_quoted();
  } else {
    const std::size_t begin = at_;
    at_ = find_separator(text_, at_, dialect_.delimiter);
    take(text_.substr(begin, at_ - begin));
  }
  if (at_ == text_.size() || is_line_end(text_[at_])) return false;
  ++at_;
  return true;
}

void CsvRows::read_quoted() {
  const std::size_t begin = at_ + 1;
  const std::size_t closing = text_.find('"', begin);
  if (closing == std::string_view::npos) {
    fault_ = CsvFault::open_quote;
    at_ = text_.size();
    return take(text_.substr(begin));
  }
  at_ = closing + 1;
  if (at_ == text_.size() || is_separator(text_[at_], dialect_.delimiter)) {
    return take(text_.substr(begin, closing - begin));
  }
  read_pieces(begin, closing);
}

/// A field that is not in the text as it is. begin: behind its first quote. closing: its second quote, which
/// no separator follows.
void CsvRows::read_pieces(std::size_t begin, std::size_t closing) {
  in_unquoted_.push_back({fields_.size(), unquoted_.size()});
  while (closing != std::string_view::npos && closing + 1 < text_.size() && text_[closing + 1] == '"') {
    append_piece(begin, closing + 1);
    begin = closing + 2;
    closing = text_.find('"', begin);
  }
  if (closing == std::string_view::npos) {
    fault_ = CsvFault::open_quote;
    at_ = text_.size();
    append_piece(begin, at_);
  } else {
    append_piece(begin, closing);
    at_ = find_separator(text_, closing + 1, dialect_.delimiter);
    append_piece(closing + 1, at_);
  }
  take({});
}

void CsvRows::append_piece(std::size_t begin, std::size_t end) {
  if (end - row_ <= limits_.row_bytes) unquoted_.append(text_, begin, end - begin);
}

void CsvRows::take(std::string_view field) {
  if (fields_.size() < limits_.fields) {
    fields_.push_back(field);
  } else if (fault_ == CsvFault::none) {
    fault_ = CsvFault::too_many_fields;
  }
}

void CsvRows::finish_row() {
  if (at_ - row_ > limits_.row_bytes) fault_ = CsvFault::too_long;
  if (fault_ == CsvFault::too_long || fault_ == CsvFault::too_many_fields) return fields_.clear();
  std::size_t end = unquoted_.size();
  while (!in_unquoted_.empty()) {
    const auto [field, begin] = in_unquoted_.back();
    in_unquoted_.pop_back();
    fields_[field] = std::string_view(unquoted_).substr(begin, end - begin);
    end = begin;
  }
}

std::string CsvRows::why_unusable() const {
  switch (fault_) {
    case CsvFault::none:
      return {};
    case CsvFault::too_long:
      return fmt::format("the row is longer than {} bytes; a closing quote may be missing",
                         limits_.row_bytes);
    case CsvFault::too_many_fields:
      return fmt::format("the row has more than {} fields", limits_.fields);
    case CsvFault::open_quote:
      return "a quote opens a field of this row, and the file ends before it is closed";
  }
  return {};
}

}  // namespace shoal
