// How much memory posts take: what forecasts are made from.
#pragma once

#include <cstdint>
#include <string>

#include "shoal/data/post.hpp"

namespace shoal {

/// Bytes of a text beyond the object itself: nothing where it is short, else its block with what the C library
/// adds to it.
std::int64_t heap_bytes(const std::string& text);

/// Bytes of a post in a vector of posts, its texts included.
std::int64_t memory_of(const Post& post);

/// Bytes of a post on its way between ranks (comm/objects.hpp).
std::int64_t packed_bytes(const Post& post);

}  // namespace shoal
