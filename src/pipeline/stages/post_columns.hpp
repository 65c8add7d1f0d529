// What posts.h5ad tells of each post.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/job/job.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/data/table.hpp"

namespace shoal {

/// The columns that posts may have, in the order of the file.
std::vector<std::string> names_of_post_columns();

/// A coordinate with as many digits behind the point as the job keeps; absent: all.
double kept_coordinate(double degrees, std::optional<std::int64_t> decimals);

/// Adds them to the table. Which of them stand there depends on what pseudonyms hide, and of hours, places
/// and accounts' counts on whether any post has one. The corpus is referred to. Collective.
void add_post_columns(Communicator& comm, Table& table, const Corpus& corpus, const CorpusJob& job);

}  // namespace shoal
