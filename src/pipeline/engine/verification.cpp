// Samples that nobody chooses, and sentences that every rank has.
#include "pipeline/engine/verification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <new>
#include <nlohmann/json.hpp>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/random.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {

std::string Verification::text() const {
  std::string text;
  for (const std::string& sentence : checked) text += fmt::format("checked      {}\n", sentence);
  for (const std::string& sentence : not_checked) text += fmt::format("not checked  {}\n", sentence);
  for (const std::string& sentence : findings) text += fmt::format("WRONG        {}\n", sentence);
  return text + (findings.empty() ? "all that was checked holds\n"
                                  : fmt::format("{} things do not hold\n", findings.size()));
}

std::vector<std::int64_t> sample_rows(const VerifyRequest& request, std::int64_t rows) {
  const RandomStream random(leading_bits(sha256(request.report.at("files").dump())), "verify");
  std::vector<std::int64_t> sample;
  for (std::int64_t i = 0; i < request.sample && rows > 0; ++i) {
    sample.push_back(static_cast<std::int64_t>(
        random.below(static_cast<std::uint64_t>(rows), 0, static_cast<std::uint64_t>(i))));
  }
  std::sort(sample.begin(), sample.end());
  sample.erase(std::unique(sample.begin(), sample.end()), sample.end());
  return sample;
}

void add_findings(Communicator& comm, std::vector<std::string> mine, std::vector<std::string>& all) {
  for (auto& part : all_gather_objects(comm, mine)) {
    for (std::string& sentence : part) {
      if (std::find(all.begin(), all.end(), sentence) == all.end()) all.push_back(std::move(sentence));
    }
  }
}

void find_faults(const std::function<void()>& work, std::vector<std::string>& findings) {
  try {
    work();
  } catch (const UnavailableError&) {
    throw;
  } catch (const Interrupted&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    findings.emplace_back(error.what());
  }
}

}  // namespace shoal
