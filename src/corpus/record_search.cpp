// What stands before a line is known from the line before it, and the last record is found by halves: all of
// it takes some looks at each byte.
#include "record_search.hpp"

#include <algorithm>

namespace shoal {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

/// Where a line begins at or behind a place that is not the first; npos where none does.
std::size_t line_from(std::string_view text, std::size_t place) {
  const std::size_t end = text.find_first_of("\r\n", place - 1);
  if (end == kNone) return kNone;
  const bool both = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
  const std::size_t next = end + (both ? 2 : 1);
  return next < text.size() ? next : kNone;
}

}  // namespace

std::size_t RecordSearch::first_record(std::string_view text) {
  if (starts_ == nullptr) return behind_line_end(text.find('\n', seen_ - 1), text);
  if (!go_to_next_line(text)) return 0;
  const std::size_t record = record_from(line_, inside_, text);
  if (record == kNone) {
    go_to_last_line(text);
    return 0;
  }
  go_to(record, text);
  return record;
}

std::size_t RecordSearch::last_record(std::string_view text) {
  if (starts_ == nullptr) {
    const std::size_t from = std::min(seen_ - 1, text.size());
    const std::size_t end = text.substr(from).rfind('\n');
    return behind_line_end(end == kNone ? kNone : from + end, text);
  }
  std::size_t last = first_record(text);
  if (last == 0) return 0;
  // Others may begin between that and `end`.
  for (std::size_t end = text.size(); end - last > 1;) {
    const std::size_t middle = last + (end - last) / 2;
    const std::string_view shown = text.substr(0, end);
    const std::size_t line = line_from(shown, middle);
    const std::size_t record = line == kNone ? kNone : record_from(line, inside_at(line, text), shown);
    if (record == kNone) {
      end = middle;
    } else {
      last = record;
      go_to(last, text);
    }
  }
  go_to_last_line(text);
  return last;
}

void RecordSearch::drop(std::size_t bytes) {
  line_ -= std::min(line_, bytes);
  seen_ = std::max(seen_ - std::min(seen_, bytes), std::size_t{1});
}

/// Where each line is a record, also an empty one behind the last line end.
std::size_t RecordSearch::behind_line_end(std::size_t end, std::string_view text) {
  line_ = end == kNone ? text.size() : end + 1;
  seen_ = line_ + 1;
  return end == kNone ? 0 : line_;
}

bool RecordSearch::go_to_next_line(std::string_view text) {
  const std::size_t line = line_from(text, seen_);
  if (line == kNone) {
    seen_ = std::max(seen_, text.size());
    return false;
  }
  go_to(line, text);
  return true;
}

/// The text holds a line behind the first.
void RecordSearch::go_to_last_line(std::string_view text) {
  const std::size_t own_end = text.ends_with("\r\n") ? 2 : 1;
  const std::size_t line = text.substr(0, text.size() - own_end).find_last_of("\r\n") + 1;
  go_to(std::max(line, line_), text);
  seen_ = text.size();
}

void RecordSearch::go_to(std::size_t line, std::string_view text) {
  inside_ = inside_at(line, text);
  line_ = line;
}

bool RecordSearch::inside_at(std::size_t line, std::string_view text) const {
  if (starts_->inside_behind == nullptr) return false;
  return starts_->inside_behind(text.substr(line_, line - line_), beginning_)[inside_ ? 1 : 0];
}

std::size_t RecordSearch::record_from(std::size_t line, bool inside, std::string_view text) const {
  const std::size_t rest = starts_->rest_of_record(text.substr(line), beginning_, inside);
  return rest == kNone || line + rest >= text.size() ? kNone : line + rest;
}

}  // namespace shoal
