// The cutter sees quotes and brackets as simdjson's first pass does; elements that follow each other share a
// placeholder, so that the rest of a sound file is as small as a profile without posts.
#include "profile_pieces.hpp"

#include <fmt/format.h>

#include <charconv>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

constexpr std::string_view kPosts = "posts";
constexpr std::string_view kSpace = " \t\r\n";

/// Whether the text of a key, as it stands in the file, spells "posts".
bool spells_posts(std::string_view key) {
  for (const char letter : kPosts) {
    if (key.starts_with(letter)) {
      key.remove_prefix(1);
      continue;
    }
    unsigned unit = 0;
    if (key.size() < 6 || !key.starts_with("\\u")) return false;
    const auto [end, error] = std::from_chars(key.data() + 2, key.data() + 6, unit, 16);
    if (error != std::errc() || end != key.data() + 6 || unit != static_cast<unsigned char>(letter))
      return false;
    key.remove_prefix(6);
  }
  return key.empty();
}

bool is_space(char c) { return kSpace.find(c) != kSpace.npos; }

/// Whether only a comma stands between two elements of a list.
bool is_one_comma(std::string_view text) {
  const auto first = text.find_first_not_of(kSpace);
  return first != text.npos && text[first] == ',' && text.find_first_not_of(kSpace, first + 1) == text.npos;
}

}  // namespace

CutPosts posts_behind(std::string_view text) {
  if (!text.starts_with("{#") || !text.ends_with('}')) return {};
  CutPosts posts;
  const char* end = text.data() + text.size() - 1;
  const auto first = std::from_chars(text.data() + 2, end, posts.first);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '+') return {};
  const auto count = std::from_chars(first.ptr + 1, end, posts.count);
  return count.ec == std::errc() && count.ptr == end ? posts : CutPosts{};
}

void ProfileCutter::add(std::string_view piece) {
  for (const char c : piece) add(c);
  if (post_.size() > kLargestPost) {
    throw InputError(fmt::format("the file holds a post of more than {} bytes", kLargestPost));
  }
  if (rest_.size() > kLargestRest) {
    throw InputError(fmt::format("the file holds more than {} bytes beside its posts", kLargestRest));
  }
}

void ProfileCutter::add(char c) {
  const bool is_escaped = escaped_;
  escaped_ = !is_escaped && c == '\\';
  if (!in_text_) return add_outside(c);
  has_controls_ = has_controls_ || static_cast<unsigned char>(c) < 0x20;
  keep(c);
  if (c != '"' || is_escaped) return;
  in_text_ = false;
  if (depth_ == 1) text_end_ = rest_.size() - 1;
}

void ProfileCutter::add_outside(char c) {
  if (c == '\\' && !ambiguous_) {
    ambiguous_ = true;
    rest_ += post_;
    post_.clear();
    cutting_ = false;
  }
  if (c == '"') {
    in_text_ = true;
    keep(c);
    if (depth_ == 1) text_ = rest_.size();
  } else if (c == '{' || c == '[') {
    open(c);
  } else if (c == '}' || c == ']') {
    keep(c);
    close();
  } else {
    if (c == ':' && depth_ == 1) {
      const std::string_view rest = rest_;
      key_is_posts_ = text_ <= text_end_ && spells_posts(rest.substr(text_, text_end_ - text_));
    }
    // Of white space one character is enough to tell tokens apart.
    if (ambiguous_ || cutting_ || !is_space(c) || rest_.empty() || !is_space(rest_.back())) keep(c);
  }
}

void ProfileCutter::open(char bracket) {
  if (depth_ == 1 && bracket == '[') in_posts_ = first_ == '{' && key_is_posts_;
  if (depth_ == 2 && bracket == '{' && in_posts_ && !ambiguous_) {
    cutting_ = true;
    has_controls_ = false;
  }
  keep(bracket);
  if (depth_ == 0) first_ = bracket;
  ++depth_;
}

void ProfileCutter::close() {
  // A bracket that closes nothing breaks off what a parser reads.
  if (depth_ > 0) --depth_;
  if (depth_ < 2) in_posts_ = false;
  if (depth_ != 2 || !cutting_) return;
  cutting_ = false;
  take_({post_, has_controls_});
  post_.clear();
  put_placeholder();
}

void ProfileCutter::put_placeholder() {
  const std::int64_t next = behind_.first + behind_.count;
  if (placeholder_end_ > 0 && is_one_comma(std::string_view(rest_).substr(placeholder_end_))) {
    rest_.resize(placeholder_);
    ++behind_.count;
  } else {
    placeholder_ = rest_.size();
    behind_ = {next, 1};
  }
  rest_ += fmt::format("{{#{}+{}}}", behind_.first, behind_.count);
  placeholder_end_ = rest_.size();
}

void ProfileCutter::keep(char c) { (cutting_ ? post_ : rest_) += c; }

std::string ProfileCutter::finish() {
  rest_ += post_;
  post_.clear();
  return std::move(rest_);
}

}  // namespace shoal
