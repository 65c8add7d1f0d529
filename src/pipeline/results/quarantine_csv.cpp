// Rows of all ranks in one order, which no rank holds whole.
#include "pipeline/results/quarantine_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "pipeline/engine/redaction.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/odd_text.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/comm/sample_sort.hpp"
#include "shoal/comm/stream_to_root.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

/// A row and its bytes on the way, or its text: as measured.
constexpr std::int64_t kCopiesOfRow = 2;
/// Rows that a person is shown.
constexpr std::size_t kShown = 20;

void keep_first(std::vector<QuarantineRow>& rows) {
  const std::size_t kept = std::min(kShown, rows.size());
  std::partial_sort(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(kept), rows.end());
  rows.resize(kept);
}

std::string csv_of(const std::vector<QuarantineRow>& rows) {
  std::string csv;
  for (const QuarantineRow& row : rows) {
    csv += fmt::format("{},{},{},{},{}\r\n", word_of(row.kind), csv_cell(row.file),
                       row.record < 0 ? "" : std::to_string(row.record), row.stage, csv_cell(row.reason));
  }
  return csv;
}

}  // namespace

std::string_view word_of(QuarantineKind kind) {
  switch (kind) {
    case QuarantineKind::value:
      return "value";
    case QuarantineKind::image:
      return "image";
    case QuarantineKind::shard:
      return "shard";
    case QuarantineKind::vector:
      return "vector";
    case QuarantineKind::record:
      break;
  }
  return "record";
}

std::vector<QuarantineRow> without_names(std::vector<QuarantineRow> rows, const Pseudonyms& pseudonyms) {
  for (QuarantineRow& row : rows) {
    row.file = pseudonyms.of(pseudonym_kind::kSource, row.file);
    row.record = -1;
    row.reason = without_quotes_and_numbers(row.reason);
  }
  return rows;
}

std::int64_t write_quarantine(Communicator& comm, std::vector<QuarantineRow> mine,
                              const std::filesystem::path& path) {
  const std::int64_t rows = comm.sum(std::ssize(mine));
  const std::string csv = csv_of(sample_sort(comm, std::move(mine)));
  std::optional<PartialFile> file;
  on_root(comm, [&] {
    file.emplace(path);
    file->write(std::string_view("kind,file,record,stage,reason\r\n"));
  });
  stream_to_root(comm, std::as_bytes(std::span(csv)), [&](const Bytes& part) { file->write(part); });
  on_root(comm, [&] { file->publish(); });
  return rows;
}

std::string quarantine_excerpt(Communicator& comm, std::vector<QuarantineRow> mine) {
  const std::int64_t all = comm.sum(std::ssize(mine));
  keep_first(mine);
  std::vector<QuarantineRow> rows;
  for (auto& of_rank : gather_objects(comm, mine, 0)) {
    std::move(of_rank.begin(), of_rank.end(), std::back_inserter(rows));
    keep_first(rows);
  }
  std::string text;
  for (const QuarantineRow& row : rows) {
    const std::string record = row.record < 0 ? "" : fmt::format(", record {}", row.record);
    text += terminal_text(fmt::format("  {} {}{}: {}", word_of(row.kind), row.file, record, row.reason));
    text += '\n';
  }
  if (comm.is_root() && all > std::ssize(rows)) {
    text += fmt::format("  ... and {} more\n", all - std::ssize(rows));
  }
  return text;
}

std::int64_t memory_of_writing(const std::vector<QuarantineRow>& mine) {
  std::int64_t bytes = 0;
  for (const QuarantineRow& row : mine) {
    bytes += static_cast<std::int64_t>(sizeof row + row.file.size() + row.stage.size() + row.reason.size());
  }
  return kCopiesOfRow * bytes + kStreamCopies * kStreamWindow;
}

}  // namespace shoal
