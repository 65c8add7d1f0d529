// What a file begins with, as those see it that recognise a format.
#pragma once

#include <memory>
#include <string_view>

namespace shoal {

class JsonOutline;
class TableHeader;

/// How much of a file's beginning is shown to those that recognise a format, in bytes.
inline constexpr std::size_t kRecognisedBytes = std::size_t{64} << 10;

/// What several formats ask of a beginning is found out once. Not for several threads.
class FileBeginning {
 public:
  /// text: up to kRecognisedBytes, without a byte order mark; outlives the object.
  explicit FileBeginning(std::string_view text);
  ~FileBeginning();

  [[nodiscard]] std::string_view text() const { return text_; }
  /// As JSON: its keys as far as they are shown.
  [[nodiscard]] const JsonOutline& json() const;
  /// As a table: the names of its columns.
  [[nodiscard]] const TableHeader& table() const;

 private:
  std::string_view text_;
  mutable std::unique_ptr<JsonOutline> json_;
  mutable std::unique_ptr<TableHeader> table_;
};

}  // namespace shoal
