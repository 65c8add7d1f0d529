// The last checkpoint of an iterative stage: one file, replaced as a whole.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/journal/fence.hpp"

namespace shoal {

class StateFile {
 public:
  StateFile(std::filesystem::path path, const Digest& key) : path_(std::move(path)), key_(key) {}

  /// The state saved last; nothing where there is none, and nothing with a sentence in damage where the file
  /// is not the one that was written.
  std::optional<std::vector<std::byte>> load(std::string& damage) const;
  /// Durable when it returns. fence: of the run that writes; null: it has none. Throws FailureError or
  /// ResourceError.
  void save(std::span<const std::byte> state, Fence* fence = nullptr) const;

 private:
  std::filesystem::path path_;
  Digest key_;
};

}  // namespace shoal
