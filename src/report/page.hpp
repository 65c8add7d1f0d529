// The page as one text.
#pragma once

#include <string>

#include "results.hpp"

namespace shoal {

std::string draw_page(const Results& results);

// Its parts, in their order.
std::string draw_header(const Results& results);
std::string draw_clustering(const Clustering& clustering, std::size_t number, const Results& results);
std::string draw_accounting(const Results& results);
std::string draw_provenance(const Results& results);

/// Whether features come from a network whose weights were never trained.
bool has_untrained_features(const Results& results);
std::string draw_untrained_banner(const Results& results);

}  // namespace shoal
