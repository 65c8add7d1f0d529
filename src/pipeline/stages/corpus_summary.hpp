// What was read of a corpus, in numbers: for `shoal check`.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"

namespace shoal {

/// Of all ranks: files and formats, records and what became of them, reasons of the quarantine with an
/// example each, and which fields kept posts lack and why. mine: this rank's quarantine. Whole on rank 0.
/// Collective.
nlohmann::ordered_json summary_of_corpus(Communicator& comm, const Corpus& corpus,
                                         const std::vector<QuarantineRow>& mine);

/// The same as tables for a person.
std::string text_of_summary(const nlohmann::ordered_json& summary);

}  // namespace shoal
