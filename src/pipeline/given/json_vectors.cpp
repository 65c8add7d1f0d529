// Only what such a file holds is read: an object of flat lists. Other members are passed; what cannot be
// followed ends reading with a sentence.
#include "pipeline/given/json_vectors.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "shoal/base/error.hpp"
#include "shoal/base/random_file.hpp"
#include "shoal/text/ascii.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kPiece = std::int64_t{1} << 20;
/// Bytes of a name, and of a number.
constexpr std::size_t kLongestName = std::size_t{64} << 10;
constexpr std::size_t kLongestNumber = 1024;
/// Lists and objects inside each other.
constexpr std::size_t kDeepest = 512;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// The nearest float32 of a decimal number, by way of float64 as NumPy converts texts; false for what is
/// none.
bool read_number(std::string_view text, float& number) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return false;
  constexpr double kMost = std::numeric_limits<float>::max();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  // Out of float64's range: beyond it, or nearer to 0 than its numbers are.
  if (error == std::errc::result_out_of_range) value = std::strtod(std::string(text).c_str(), nullptr);
  number = value > kMost ? kInfinity : value < -kMost ? -kInfinity : static_cast<float>(value);
  return true;
}

/// The pieces of a file, one after the other.
std::function<std::string()> pieces_of(std::shared_ptr<const RandomFile> file) {
  return [file = std::move(file), at = std::int64_t{0}]() mutable {
    std::string piece = file->read_up_to(at, kPiece);
    at += std::ssize(piece);
    return piece;
  };
}

VectorMembers members_of(const std::string& path) {
  return {pieces_of(std::make_shared<const RandomFile>(path)), path};
}

class JsonFileOfVectors final : public VectorFile {
 public:
  explicit JsonFileOfVectors(const VectorFileInfo& info)
      : columns_(info.columns), members_(members_of(info.path)) {}

  void read(std::int64_t /*first*/, std::int64_t count, VectorChunk& chunk) override {
    chunk.vectors = DenseMatrix(0, columns_);
    chunk.vectors.values.reserve(static_cast<std::size_t>(count * columns_));
    while (std::ssize(chunk.ids) < count && members_.next(member_)) add(chunk);
  }

 private:
  void add(VectorChunk& chunk) {
    chunk.ids.push_back(std::move(member_.name));
    std::string fault;
    if (!member_.is_list) {
      fault = "the member is no list of numbers";
    } else if (!member_.all_numbers) {
      fault = "the vector holds a value that is no number";
    } else if (std::ssize(member_.numbers) != columns_) {
      fault = fmt::format("the vector has {} numbers, and the first one of its file has {}",
                          member_.numbers.size(), columns_);
    }
    chunk.faults.push_back(std::move(fault));
    member_.numbers.resize(static_cast<std::size_t>(columns_));
    chunk.vectors.values.insert(chunk.vectors.values.end(), member_.numbers.begin(), member_.numbers.end());
    ++chunk.vectors.rows;
  }

  std::int64_t columns_;
  VectorMembers members_;
  NamedVector member_;
};

}  // namespace

VectorMembers::VectorMembers(std::function<std::string()> more, std::string name)
    : more_(std::move(more)), name_(std::move(name)) {}

void VectorMembers::fail(const std::string& why) const {
  throw InputError(
      fmt::format("'{}' is no JSON of the form {{\"name\": [numbers], ...}}: behind {} members {}", name_,
                  members_, why));
}

char VectorMembers::peek() {
  if (at_ == piece_.size() && !ended_) {
    piece_ = more_();
    at_ = 0;
    ended_ = piece_.empty();
  }
  return at_ < piece_.size() ? piece_[at_] : '\0';
}

char VectorMembers::take() {
  const char c = peek();
  if (at_ == piece_.size()) fail("it breaks off");
  ++at_;
  return c;
}

char VectorMembers::peek_behind_blanks() {
  while (is_blank(peek())) ++at_;
  return peek();
}

void VectorMembers::expect(char c) {
  static_cast<void>(peek_behind_blanks());
  if (const char found = take(); found != c)
    fail(fmt::format("there is '{}' where '{}' should be", found, c));
}

VectorMembers::RawText VectorMembers::raw_text(std::size_t most) {
  expect('"');
  RawText text;
  const auto keep = [&](char c) {
    text.whole = text.whole && text.kept.size() < most;
    if (text.whole) text.kept += c;
  };
  for (char c = take(); c != '"'; c = take()) {
    keep(c);
    if (c != '\\') continue;
    keep(take());
    text.escapes = true;
  }
  return text;
}

std::string VectorMembers::name() {
  RawText text = raw_text(kLongestName);
  if (!text.whole) fail(fmt::format("a name has more than {} bytes", kLongestName));
  if (!text.escapes) return std::move(text.kept);
  const auto read = nlohmann::json::parse('"' + text.kept + '"', nullptr, false);
  if (!read.is_string()) fail("a name is damaged");
  return read.get<std::string>();
}

std::string VectorMembers::element() {
  const char first = peek_behind_blanks();
  if (first == '"') {
    const RawText text = raw_text(kLongestNumber);
    return text.whole ? text.kept : "";
  }
  if (first == '[' || first == '{') {
    skip_nested();
    return {};
  }
  std::string token;
  for (char c = peek(); c != ',' && c != ']'; c = peek()) {
    if (c == '[' || c == '{' || c == '}' || c == '"') fail("a list is damaged");
    token += take();
    if (token.size() > kLongestNumber) fail("a number is too long");
  }
  return token;
}

void VectorMembers::list(NamedVector& member) {
  expect('[');
  if (peek_behind_blanks() == ']') return expect(']');
  while (true) {
    float number = 0.0F;
    if (!read_number(element(), number)) member.all_numbers = false;
    if (std::ssize(member.numbers) == kMostColumns) fail("a vector has too many numbers");
    member.numbers.push_back(number);
    static_cast<void>(peek_behind_blanks());
    const char c = take();
    if (c == ']') return;
    if (c != ',') fail("a list is damaged");
  }
}

void VectorMembers::skip_nested() {
  std::string closing;  // what closes the lists and objects that are open, the innermost last
  do {
    const char next = peek_behind_blanks();
    if (next == '"') {
      static_cast<void>(raw_text(0));
      continue;
    }
    const char c = take();
    if (c == '[' || c == '{') closing += c == '[' ? ']' : '}';
    if (closing.size() > kDeepest) fail(fmt::format("lists lie more than {} deep in each other", kDeepest));
    if (c != ']' && c != '}') continue;
    if (closing.back() != c) fail(fmt::format("there is '{}' where '{}' should be", c, closing.back()));
    closing.pop_back();
  } while (!closing.empty());
}

void VectorMembers::skip_value() {
  const char first = peek_behind_blanks();
  if (first == '"') return static_cast<void>(raw_text(0));
  if (first == '[' || first == '{') return skip_nested();
  // null, true, a number; as Python writes them, too.
  const auto is_of_word = [](char c) { return is_ascii_word(c) || c == '+' || c == '-' || c == '.'; };
  if (!is_of_word(first)) fail(fmt::format("there is '{}' where a value should be", take()));
  while (is_of_word(peek())) ++at_;
}

void VectorMembers::end_of_object() {
  expect('}');
  if (peek_behind_blanks() != '\0' || at_ < piece_.size()) fail("something follows the object");
  closed_ = true;
}

bool VectorMembers::next(NamedVector& member) {
  if (closed_) return false;
  if (members_ == 0) {
    if (peek() == kByteOrderMark[0]) {
      for (const char c : kByteOrderMark) expect(c);
    }
    expect('{');
  }
  if (members_ == 0 ? peek_behind_blanks() == '}' : peek_behind_blanks() != ',') {
    end_of_object();
    return false;
  }
  if (members_ > 0) expect(',');
  member.name = name();
  expect(':');
  member.numbers.clear();
  member.all_numbers = true;
  member.is_list = peek_behind_blanks() == '[';
  if (member.is_list) {
    list(member);
  } else {
    skip_value();
  }
  ++members_;
  return true;
}

void inspect_json(VectorFileInfo& info) {
  VectorMembers members = members_of(info.path);
  info.rows = 0;
  for (NamedVector member; info.columns == 0 && members.next(member); info.rows = -1) {
    if (member.is_list && member.all_numbers) info.columns = std::ssize(member.numbers);
  }
}

std::unique_ptr<VectorFile> open_json(const VectorFileInfo& info) {
  return std::make_unique<JsonFileOfVectors>(info);
}

}  // namespace shoal
