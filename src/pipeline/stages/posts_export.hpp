// The posts of a job in a file that other programs read, and Shoal again.
#pragma once

#include <filesystem>

#include "pipeline/engine/run.hpp"
#include "shoal/corpus/exported_post.hpp"

namespace shoal {

/// Writes the posts of all ranks, as read_posts_as_shown left them, in the order in which their table is
/// stored: of each what posts.h5ad would tell. Without pseudonyms also what nothing but reading them again
/// needs. Rank 0 writes; no rank holds the rows of another but in parts. The same bytes on any number of
/// ranks. Collective. Throws Interrupted, on all ranks, where one was asked to stop.
void write_posts(const Run& run, ExportForm form, const std::filesystem::path& path);

}  // namespace shoal
