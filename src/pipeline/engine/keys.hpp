// The one function that makes keys: equal keys stand for equal results.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shoal/base/digest.hpp"

namespace shoal {

/// All that decides a result, and nothing else.
struct KeyParts {
  std::string what;  ///< "features/tfidf": the section and kind of the stage, or what of it the key is for
  int version = 1;   ///< of the kind, so that a repaired one recomputes its own results alone
  std::string settings;  ///< canonical text
  std::string identity;  ///< what else: digests of inputs and weights, arithmetic
  std::vector<std::pair<std::string, std::string>> needs;  ///< name and key of what it reads
};

/// SHA-256 over the parts, each preceded by its length.
Digest key_of(const KeyParts& parts);

}  // namespace shoal
