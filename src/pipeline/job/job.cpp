// What version 0.1.0 took for granted.
#include "pipeline/job/job.hpp"

namespace shoal {

std::optional<std::string> usual_kind(const std::string& set) {
  if (set == "tags") return "tfidf";
  if (set == "image") return "vgg";
  return std::nullopt;
}

}  // namespace shoal
