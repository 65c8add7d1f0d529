// AnnData's encodings of columns: numbers, texts, truths, values that may be missing, categories.
#include "h5ad_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

std::size_t longest(std::span<const std::string> texts) {
  std::size_t length = 1;  // HDF5 has no strings of length 0
  for (const std::string& text : texts) length = std::max(length, text.size());
  return length;
}

void refuse_zero_bytes(std::span<const std::string> texts, const std::string& object) {
  for (const std::string& text : texts) {
    if (text.find('\0') == std::string::npos) continue;
    throw FailureError(
        fmt::format("A text of '{}' has a zero byte inside, which the results file cannot hold. "
                    "Remove it from the input",
                    object));
  }
}

/// Texts one after the other, each padded with zero bytes to `length`.
void pack(std::span<const std::string> texts, std::size_t length, std::vector<std::byte>& packed) {
  packed.assign(texts.size() * length, std::byte{0});
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::memcpy(packed.data() + i * length, texts[i].data(), texts[i].size());
  }
}

/// The same numbers in a narrower type.
template <class T>
std::vector<T> narrowed(std::span<const std::int32_t> codes) {
  std::vector<T> narrow;
  narrow.reserve(codes.size());
  for (const std::int32_t code : codes) narrow.push_back(static_cast<T>(code));
  return narrow;
}

void expect_codes(std::span<const std::int32_t> codes, std::size_t categories, const std::string& object) {
  for (const std::int32_t code : codes) {
    if (code >= -1 && code < static_cast<std::int64_t>(categories)) continue;
    throw FailureError(
        fmt::format("'{}' has {} categories, but a row is given category {}. This is a defect of "
                    "Shoal; please report it",
                    object, categories, code));
  }
}

void expect_distinct(std::vector<std::string> names, const std::string& object) {
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return;
  throw FailureError(
      fmt::format("'{}' names two of its categories '{}', which readers of the file refuse. Give "
                  "them different names",
                  object, *twice));
}

}  // namespace

DatasetPart rows_part(const std::string& object, HdfType type, std::vector<std::int64_t> shape, RowRange mine,
                      std::span<const std::byte> bytes) {
  DatasetPart part{object, std::move(type), std::move(shape), {}, {}};
  const std::size_t row_bytes = part.row_bytes();
  part.pieces = pieces_of(mine, VerifiedFile::slice_rows(row_bytes));
  part.bytes = [=](RowRange rows) {
    return bytes.subspan(static_cast<std::size_t>(rows.begin - mine.begin) * row_bytes,
                         static_cast<std::size_t>(rows.size()) * row_bytes);
  };
  return part;
}

void write_texts(VerifiedFile& file, const std::string& object, std::vector<std::int64_t> shape,
                 RowRange mine, std::span<const std::string> texts) {
  file.together("looking through '" + object + "'", [&] { refuse_zero_bytes(texts, object); });
  const auto length = static_cast<std::size_t>(file.comm().max(static_cast<std::int64_t>(longest(texts))));
  DatasetPart part = rows_part(object, HdfType::text(length), std::move(shape), mine, {});
  const std::size_t texts_in_row = part.row_bytes() / length;
  // Packed slice by slice, so that no more than a slice is held twice.
  part.slice_bytes = std::size_t{16} << 20;
  part.bytes = [=, packed = std::vector<std::byte>()](RowRange rows) mutable {
    pack(texts.subspan(static_cast<std::size_t>(rows.begin - mine.begin) * texts_in_row,
                       static_cast<std::size_t>(rows.size()) * texts_in_row),
         length, packed);
    return std::span<const std::byte>(packed);
  };
  const char* encoding = part.shape.empty() ? "string" : "string-array";
  file.write(std::move(part));
  mark_encoding(file, object, encoding, "0.2.0");
}

void mark_encoding(VerifiedFile& file, const std::string& object, const char* type, const char* version) {
  file.change("marking '" + object + "'", [&](HdfFile& hdf) {
    hdf.set_text(object, "encoding-type", type);
    hdf.set_text(object, "encoding-version", version);
  });
}

const std::string& checked_name(VerifiedFile& file, const std::string& group, const std::string& name) {
  file.together("naming '" + group + "/" + name + "'", [&] {
    const bool path =
        name.empty() || name == "." || name.find_first_of(std::string_view("/\0", 2)) != name.npos;
    if (!path) return;
    throw FailureError(
        fmt::format("'{}' cannot name an entry of '{}': names are not empty and have no '/'. Choose "
                    "another name in the job file",
                    name, group));
  });
  return name;
}

void H5adTable::expect_rows(const std::string& object, std::size_t given) {
  file_.together("counting '" + object + "'", [&] {
    if (static_cast<std::int64_t>(given) == mine_.size()) return;
    throw FailureError(
        fmt::format("'{}' was given {} values where {} are due. This is a defect of Shoal; please "
                    "report it",
                    object, given, mine_.size()));
  });
}

std::string H5adTable::begin_column(const std::string& name, std::size_t given) {
  std::string object = group_ + "/" + checked_name(file_, group_, name);
  expect_rows(object, given);
  file_.together("taking the name '" + object + "'", [&] {
    const bool taken =
        name == "_index" || std::find(columns_.begin(), columns_.end(), name) != columns_.end();
    if (taken)
      throw FailureError(fmt::format("Two columns are called '{}'. Rename one in the job file", object));
  });
  columns_.push_back(name);
  return object;
}

void H5adTable::write_part(const std::string& object, HdfType type, std::span<const std::byte> bytes) {
  file_.write(rows_part(object, std::move(type), {rows_}, mine_, bytes));
  mark_encoding(file_, object, "array", "0.2.0");
}

void H5adTable::create_group(const std::string& object, const char* encoding, const char* version) {
  file_.change("creating the group '" + object + "'", [&](HdfFile& hdf) { hdf.create_group(object); });
  mark_encoding(file_, object, encoding, version);
}

bool H5adTable::write_texts_if_narrow(const std::string& object, std::span<const std::string> values) {
  std::int64_t total = 0;
  for (const std::string& value : values) total += std::ssize(value);
  const auto width = static_cast<std::int64_t>(longest(values));
  const TextSizes sizes{rows_, file_.comm().max(width), file_.comm().sum(total)};
  if (sizes.width() == TextWidth::own) return false;
  write_texts(file_, object, {rows_}, mine_, values);
  return true;
}

bool H5adTable::index(std::span<const std::string> names) {
  const std::string object = group_ + "/_index";
  expect_rows(object, names.size());
  indexed_ = true;
  return write_texts_if_narrow(object, names);
}

bool H5adTable::strings(const std::string& name, std::span<const std::string> values) {
  return write_texts_if_narrow(begin_column(name, values.size()), values);
}

void H5adTable::strings_last(const std::string& name, std::span<const std::string> values) {
  const std::string object = group_ + "/" + name;
  expect_rows(object, values.size());
  file_.together("looking through '" + object + "'", [&] { refuse_zero_bytes(values, object); });
  file_.write_texts_last(object, rows_, mine_, values);
}

void H5adTable::numbers(const std::string& name, std::span<const std::int64_t> values) {
  write_part(begin_column(name, values.size()), HdfType::int64(), std::as_bytes(values));
}

void H5adTable::numbers(const std::string& name, std::span<const float> values) {
  write_part(begin_column(name, values.size()), HdfType::float32(), std::as_bytes(values));
}

void H5adTable::numbers(const std::string& name, std::span<const double> values) {
  write_part(begin_column(name, values.size()), HdfType::float64(), std::as_bytes(values));
}

void H5adTable::booleans(const std::string& name, std::span<const std::uint8_t> values) {
  write_part(begin_column(name, values.size()), HdfType::boolean(), std::as_bytes(values));
}

void H5adTable::categorical(const std::string& name, std::span<const std::int32_t> codes,
                            const std::vector<std::string>& categories) {
  const std::string object = begin_column(name, codes.size());
  file_.together("checking the categories of '" + object + "'", [&] {
    expect_codes(codes, categories.size(), object);
    expect_distinct(categories, object);
  });
  create_group(object, "categorical", "0.2.0");
  file_.change("ordering '" + object + "'", [&](HdfFile& hdf) { hdf.set_boolean(object, "ordered", false); });
  // The narrowest type that holds them, as pandas chooses it.
  if (categories.size() <= std::numeric_limits<std::int8_t>::max()) {
    write_part(object + "/codes", HdfType::int8(),
               std::as_bytes(std::span<const std::int8_t>(narrowed<std::int8_t>(codes))));
  } else if (categories.size() <= std::numeric_limits<std::int16_t>::max()) {
    write_part(object + "/codes", HdfType::int16(),
               std::as_bytes(std::span<const std::int16_t>(narrowed<std::int16_t>(codes))));
  } else {
    write_part(object + "/codes", HdfType::int32(), std::as_bytes(codes));
  }
  const auto count = static_cast<std::int64_t>(categories.size());
  const RowRange share = BlockPartition(count, file_.comm().size()).owned_by(file_.comm().rank());
  write_texts(file_, object + "/categories", {count}, share,
              std::span(categories)
                  .subspan(static_cast<std::size_t>(share.begin), static_cast<std::size_t>(share.size())));
}

void H5adTable::finish() {
  file_.change("finishing the table '" + group_ + "'", [&](HdfFile& hdf) {
    if (!indexed_) {
      throw FailureError(
          fmt::format("'{}' was given no index. This is a defect of Shoal; please report it", group_));
    }
    hdf.set_text(group_, "_index", "_index");
    hdf.set_texts(group_, "column-order", columns_);
  });
}

}  // namespace shoal
