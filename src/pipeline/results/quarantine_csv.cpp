// Rows of all ranks in one order.
#include "pipeline/results/quarantine_csv.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/engine/redaction.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/odd_text.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

std::string_view word(QuarantineKind kind) {
  switch (kind) {
    case QuarantineKind::value:
      return "value";
    case QuarantineKind::image:
      return "image";
    case QuarantineKind::shard:
      return "shard";
    case QuarantineKind::record:
      break;
  }
  return "record";
}

/// On rank 0, sorted: the order does not depend on who left what out.
std::vector<QuarantineRow> gather_sorted(Communicator& comm, const std::vector<QuarantineRow>& mine) {
  std::vector<QuarantineRow> rows;
  for (const auto& part : gather_objects(comm, mine, 0)) rows.insert(rows.end(), part.begin(), part.end());
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::string csv_of(const std::vector<QuarantineRow>& rows) {
  std::string csv = "kind,file,record,stage,reason\r\n";
  for (const QuarantineRow& row : rows) {
    csv += fmt::format("{},{},{},{},{}\r\n", word(row.kind), csv_cell(row.file),
                       row.record < 0 ? "" : std::to_string(row.record), row.stage, csv_cell(row.reason));
  }
  return csv;
}

}  // namespace

std::vector<QuarantineRow> without_names(std::vector<QuarantineRow> rows, const Pseudonyms& pseudonyms) {
  for (QuarantineRow& row : rows) {
    row.file = pseudonyms.of(pseudonym_kind::kSource, row.file);
    row.record = -1;
    row.reason = without_quotes_and_numbers(row.reason);
  }
  return rows;
}

std::int64_t write_quarantine(Communicator& comm, const std::vector<QuarantineRow>& mine,
                              const std::filesystem::path& path) {
  const auto rows = gather_sorted(comm, mine);
  on_root(comm, [&] { write_file_durably(path, csv_of(rows)); });
  return comm.sum(static_cast<std::int64_t>(mine.size()));
}

std::string quarantine_excerpt(Communicator& comm, const std::vector<QuarantineRow>& mine) {
  constexpr std::size_t kShown = 20;
  const auto rows = gather_sorted(comm, mine);
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, rows.size()); ++i) {
    const std::string record = rows[i].record < 0 ? "" : fmt::format(", record {}", rows[i].record);
    text +=
        terminal_text(fmt::format("  {} {}{}: {}", word(rows[i].kind), rows[i].file, record, rows[i].reason));
    text += '\n';
  }
  if (rows.size() > kShown) text += fmt::format("  ... and {} more\n", rows.size() - kShown);
  return text;
}

}  // namespace shoal
