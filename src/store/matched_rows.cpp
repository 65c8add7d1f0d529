// Names are told apart by the first 128 bits of their SHA-256.
#include "matched_rows.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "shoal/base/digest.hpp"

namespace shoal {
namespace {

constexpr const char* kNames = "obs/_index";
constexpr std::int64_t kRowsAtOnce = std::int64_t{1} << 16;

using NameDigest = std::array<std::uint8_t, 16>;

NameDigest digest_of(const std::string& name) {
  const Digest whole = sha256(name);
  NameDigest first{};
  std::copy_n(whole.begin(), first.size(), first.begin());
  return first;
}

struct NamedRow {
  NameDigest name;
  std::int64_t row = 0;
  friend auto operator<=>(const NamedRow&, const NamedRow&) = default;
};

void for_each_name(const H5adFile& file, const std::function<void(std::int64_t, const std::string&)>& take) {
  const ArrayInfo names = file.array(kNames);
  const std::int64_t rows = file.rows();
  for (std::int64_t first = 0; first < rows; first += kRowsAtOnce) {
    std::int64_t row = first;
    for (const std::string& name : file.string_rows(names, first, std::min(kRowsAtOnce, rows - first)))
      take(row++, name);
  }
}

bool have_same_names(const H5adFile& a, const H5adFile& b) {
  const std::int64_t rows = a.rows();
  if (rows != b.rows()) return false;
  const ArrayInfo in_a = a.array(kNames);
  const ArrayInfo in_b = b.array(kNames);
  for (std::int64_t first = 0; first < rows; first += kRowsAtOnce) {
    const std::int64_t count = std::min(kRowsAtOnce, rows - first);
    if (a.string_rows(in_a, first, count) != b.string_rows(in_b, first, count)) return false;
  }
  return true;
}

}  // namespace

MatchedRows::MatchedRows(const H5adFile& a, const H5adFile& b)
    : rows_of_a_(a.rows()), rows_of_b_(b.rows()), same_order_(have_same_names(a, b)) {
  if (same_order_) {
    in_both_ = rows_of_a_;
  } else {
    match_by_name(a, b);
  }
}

void MatchedRows::match_by_name(const H5adFile& a, const H5adFile& b) {
  std::vector<NamedRow> known;
  known.reserve(static_cast<std::size_t>(rows_of_a_));
  for_each_name(a, [&](std::int64_t row, const std::string& name) {
    known.push_back({digest_of(name), row});
  });
  std::ranges::sort(known);
  row_of_a_.reserve(static_cast<std::size_t>(rows_of_b_));
  for_each_name(b, [&](std::int64_t, const std::string& name) {
    const NameDigest digest = digest_of(name);
    const auto found = std::ranges::lower_bound(known, digest, {}, &NamedRow::name);
    const bool there = found != known.end() && found->name == digest;
    row_of_a_.push_back(there ? found->row : -1);
    in_both_ += there ? 1 : 0;
  });
}

}  // namespace shoal
