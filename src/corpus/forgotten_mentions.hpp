// What a post says of others who asked to be forgotten.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/data/post.hpp"

namespace shoal {

/// Whether an account is to be forgotten. key: as Post::mentions has it.
using IsForgotten = std::function<bool(const std::string& key)>;

/// caption without the handles of forgotten accounts behind '@', in front of it, as e-mail addresses have
/// them, and in addresses on the platform; the signs around them stay. mentions: those of the post, which
/// tell where a handle ends. platform: as Post::platform has it.
std::string without_forgotten_handles(std::string_view caption, const std::vector<std::string>& mentions,
                                      std::string_view platform, const IsForgotten& is_forgotten);

/// Takes forgotten accounts out of a post's mentions and caption.
void forget_mentions(Post& post, const IsForgotten& is_forgotten);

}  // namespace shoal
