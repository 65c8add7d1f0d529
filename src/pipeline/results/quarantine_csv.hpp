// quarantine.csv: what was left out, and why.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/pseudonyms.hpp"
#include "shoal/data/quarantine.hpp"

namespace shoal {

/// As the column `kind` has it.
std::string_view word_of(QuarantineKind kind);

/// The rows as a file may show them under pseudonyms: sources by theirs, no record numbers, and of reasons
/// only Shoal's own words. `shoal lookup` tells the rest to whoever has the key.
std::vector<QuarantineRow> without_names(std::vector<QuarantineRow> rows, const Pseudonyms& pseudonyms);

/// Writes the rows of all ranks, sorted, in one file (RFC 4180; columns kind, file, record, stage, reason;
/// record is empty for a file as a whole). Rank 0 writes it, and no rank holds much more than its share of
/// the rows. Returns how many there are on all ranks. Collective.
std::int64_t write_quarantine(Communicator& comm, std::vector<QuarantineRow> mine,
                              const std::filesystem::path& path);
/// What that takes of a rank which has these rows, beyond them, in bytes.
std::int64_t memory_of_writing(const std::vector<QuarantineRow>& mine);

/// The first few rows of all ranks and how many more there are, for a person; on rank 0. Collective.
std::string quarantine_excerpt(Communicator& comm, std::vector<QuarantineRow> mine);

}  // namespace shoal
