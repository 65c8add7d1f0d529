// Only what such a file holds is read: an object of flat lists. Anything else ends reading with a sentence.
#include "pipeline/given/json_vectors.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "shoal/base/error.hpp"
#include "shoal/base/random_file.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kPiece = std::int64_t{1} << 20;
/// Bytes of a name, and of a number.
constexpr std::size_t kLongestName = std::size_t{64} << 10;
constexpr std::size_t kLongestNumber = 1024;
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
    if (!member_.all_numbers) {
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

std::string VectorMembers::text(std::size_t most) {
  expect('"');
  std::string raw = "\"";
  bool escapes = false;
  for (char c = take(); c != '"'; c = take()) {
    raw += c;
    if (c == '\\') {
      raw += take();
      escapes = true;
    }
    if (raw.size() > most) fail(fmt::format("a text has more than {} bytes", most));
  }
  if (!escapes) return raw.substr(1);
  const auto read = nlohmann::json::parse(raw + '"', nullptr, false);
  if (!read.is_string()) fail("a name is damaged");
  return read.get<std::string>();
}

void VectorMembers::list(NamedVector& member) {
  member.numbers.clear();
  member.all_numbers = true;
  expect('[');
  if (peek_behind_blanks() == ']') return expect(']');
  while (true) {
    std::string token;
    if (peek_behind_blanks() == '"') {
      token = text(kLongestNumber);
    } else {
      for (char c = peek(); c != ',' && c != ']'; c = peek()) {
        if (c == '[' || c == '{' || c == '"') fail("a list holds more than numbers");
        token += take();
        if (token.size() > kLongestNumber) fail("a number is too long");
      }
    }
    float number = 0.0F;
    if (!read_number(token, number)) member.all_numbers = false;
    if (std::ssize(member.numbers) == kMostColumns) fail("a vector has too many numbers");
    member.numbers.push_back(number);
    static_cast<void>(peek_behind_blanks());
    const char c = take();
    if (c == ']') return;
    if (c != ',') fail("a list is damaged");
  }
}

void VectorMembers::end_of_object() {
  expect('}');
  if (peek_behind_blanks() != '\0' || at_ < piece_.size()) fail("something follows the object");
}

bool VectorMembers::next(NamedVector& member) {
  if (ended_) return false;
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
  member.name = text(kLongestName);
  expect(':');
  list(member);
  ++members_;
  return true;
}

void inspect_json(VectorFileInfo& info) {
  NamedVector first;
  if (!members_of(info.path).next(first)) return;
  info.columns = std::ssize(first.numbers);
}

std::unique_ptr<VectorFile> open_json(const VectorFileInfo& info) {
  return std::make_unique<JsonFileOfVectors>(info);
}

}  // namespace shoal
