// Round by round: each rank asks for so many rows, and gets them.
#include "pipeline/stages/features/linked_rows.hpp"

#include <algorithm>
#include <vector>

#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace {

/// What a rank asks for in a round, and may be asked for by each other one.
constexpr std::int64_t kRoundBytes = std::int64_t{4} << 20;

/// Rows of a round: the same on all ranks.
std::int64_t rows_of_round(std::int64_t columns) {
  return std::max<std::int64_t>(1, kRoundBytes / (std::max<std::int64_t>(columns, 1) * 4));
}

class Rounds {
 public:
  Rounds(Communicator& comm, const Table& of, const FeatureSet& set, const RowReader& read)
      : comm_(comm), of_(of), set_(set), read_(read) {}

  /// targets: rows of the set's table, negative where there is none.
  void run(const std::vector<std::int64_t>& targets) {
    const std::int64_t at_once = rows_of_round(set_.columns);
    const std::int64_t rounds = comm_.max((std::ssize(targets) + at_once - 1) / at_once);
    for (std::int64_t round = 0; round < rounds; ++round) {
      const std::int64_t first = std::min(round * at_once, std::ssize(targets));
      exchange(targets, first, std::min(first + at_once, std::ssize(targets)));
    }
  }

 private:
  void exchange(const std::vector<std::int64_t>& targets, std::int64_t first, std::int64_t end) {
    const auto ranks = static_cast<std::size_t>(comm_.size());
    std::vector<std::vector<std::int64_t>> asked(ranks);
    std::vector<std::vector<std::int64_t>> places(ranks);
    for (std::int64_t row = first; row < end; ++row) {
      const std::int64_t target = targets[static_cast<std::size_t>(row)];
      if (target < 0) {
        read_(row, std::nullopt);
        continue;
      }
      const auto owner = static_cast<std::size_t>(of_.partition.owner_of(target));
      asked[owner].push_back(target);
      places[owner].push_back(row);
    }
    std::vector<Bytes> questions;
    for (const auto& rows : asked) questions.push_back(bytes_of(rows));
    std::vector<Bytes> answers;
    for (const Bytes& question : comm_.all_to_all(std::move(questions))) answers.push_back(answer(question));
    answers = comm_.all_to_all(std::move(answers));
    for (std::size_t owner = 0; owner < ranks; ++owner) take(answers[owner], places[owner]);
  }

  /// For each row asked for, whether it is there, then its numbers.
  [[nodiscard]] Bytes answer(const Bytes& question) const {
    const std::int64_t begin = of_.partition.owned_by(comm_.rank()).begin;
    std::vector<float> values;
    for (const std::int64_t row : values_of<std::int64_t>(question)) {
      const auto numbers = set_.dense().row(row - begin);
      values.push_back(set_.has(row - begin) ? 1.0F : 0.0F);
      values.insert(values.end(), numbers.begin(), numbers.end());
    }
    return bytes_of(values);
  }

  void take(const Bytes& answer, const std::vector<std::int64_t>& places) const {
    const std::vector<float> values = values_of<float>(answer);
    const auto width = static_cast<std::size_t>(set_.columns) + 1;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto row = std::span(values).subspan(i * width, width);
      if (row.front() == 0.0F) {
        read_(places[i], std::nullopt);
      } else {
        read_(places[i], row.subspan(1));
      }
    }
  }

  Communicator& comm_;
  const Table& of_;
  const FeatureSet& set_;
  const RowReader& read_;
};

}  // namespace

void for_linked_rows(const Run& run, const Table& table, const std::string& set, const RowReader& read) {
  const auto [of, found] = run.set(set);
  if (of->name != table.name) {
    const auto link = table.links.find(of->name);
    const std::int64_t rows = table.partition.owned_by(run.comm.rank()).size();
    Rounds(run.comm, *of, *found, read)
        .run(link == table.links.end() ? std::vector<std::int64_t>(static_cast<std::size_t>(rows), -1)
                                       : link->second.first());
    return;
  }
  for (std::int64_t row = 0; row < found->dense().rows; ++row) {
    if (found->has(row)) {
      read(row, found->dense().row(row));
    } else {
      read(row, std::nullopt);
    }
  }
}

std::int64_t memory_of_linked_rows(std::int64_t rows, int ranks) {
  // A round's own answers, as they come and unpacked, and at worst one rank is asked by all others.
  return rows * static_cast<std::int64_t>(sizeof(std::int64_t)) + (4 + 2 * ranks) * kRoundBytes;
}

}  // namespace shoal
