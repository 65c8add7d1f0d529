// The columns of an AnnData table (obs, var), each rank giving its rows.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shoal/store/text_width.hpp"
#include "verified_file.hpp"

namespace shoal {

/// A dataset of which this rank gives the rows `mine`, from memory that stays until it is written.
DatasetPart rows_part(const std::string& object, HdfType type, std::vector<std::int64_t> shape, RowRange mine,
                      std::span<const std::byte> bytes);
/// A dataset of texts, padded to the longest one of all ranks.
void write_texts(VerifiedFile& file, const std::string& object, std::vector<std::int64_t> shape,
                 RowRange mine, std::span<const std::string> texts);

void mark_encoding(VerifiedFile& file, const std::string& object, const char* type, const char* version);
/// The name, or a FailureError where HDF5 could not take it as one.
const std::string& checked_name(VerifiedFile& file, const std::string& group, const std::string& name);

class H5adTable {
 public:
  H5adTable(VerifiedFile& file, std::string group, RowRange mine, std::int64_t rows)
      : file_(file), group_(std::move(group)), mine_(mine), rows_(rows) {}

  [[nodiscard]] RowRange mine() const { return mine_; }

  /// Both return false where the texts are to be given again to strings_last: a few long ones would widen
  /// every row.
  [[nodiscard]] bool index(std::span<const std::string> names);
  [[nodiscard]] bool strings(const std::string& name, std::span<const std::string> values);
  /// After everything that all ranks write, and after finish(). name: also `_index`.
  void strings_last(const std::string& name, std::span<const std::string> values);
  void numbers(const std::string& name, std::span<const std::int64_t> values);
  void numbers(const std::string& name, std::span<const float> values);
  void numbers(const std::string& name, std::span<const double> values);
  void booleans(const std::string& name, std::span<const std::uint8_t> values);
  void categorical(const std::string& name, std::span<const std::int32_t> codes,
                   const std::vector<std::string>& categories);
  /// Writes which dataset is the index, and the order of the columns.
  void finish();

 private:
  /// Takes a name for a column; returns its path.
  std::string begin_column(const std::string& name, std::size_t given);
  void expect_rows(const std::string& object, std::size_t given);
  bool write_texts_if_narrow(const std::string& object, std::span<const std::string> values);
  void write_part(const std::string& object, HdfType type, std::span<const std::byte> bytes);
  void create_group(const std::string& object, const char* encoding, const char* version);

  VerifiedFile& file_;
  std::string group_;
  RowRange mine_;
  std::int64_t rows_;
  bool indexed_ = false;
  std::vector<std::string> columns_;
};

}  // namespace shoal
