// Zhou, Saad, Tiago and Chelikowsky, "Self-consistent-field calculations using Chebyshev-filtered subspace
// iteration", J. Comput. Phys., 2006. A cycle is a product with A'A and a Rayleigh-Ritz step, then a filter:
// the Chebyshev polynomial that stays within [-1, 1] on all that the block cannot hold, which grows far
// faster beyond than a power does.
#include "subspace_iteration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ritz.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/packing.hpp"
#include "shoal/base/random.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/base/threads.hpp"

namespace shoal {
namespace {

/// Values below this share of the largest are rounding of products with A'A.
constexpr double kZero = 1e-12;
constexpr std::int64_t kMostDegree = 12;
/// What a filter may make of the part of a leading direction that another column holds yet, beside that
/// column: otherwise all columns would come to be that direction, and their own be lost as rounding.
constexpr double kMostGrowth = 1e3;
/// Such a part, at least, by rounding.
constexpr double kLeastPart = 1e-9;

/// x in [-1, 1) by column and row alone.
Block random_block(std::int64_t rows, std::int64_t width, std::uint64_t seed, int threads) {
  const RandomStream stream(seed, "subspace iteration");
  Block block(rows, width);
  parallel_for(static_cast<std::size_t>(width), threads, [&](std::size_t column) {
    for (std::int64_t i = 0; i < rows; ++i) {
      block.at(i, static_cast<std::int64_t>(column)) =
          2.0 * stream.uniform(column, static_cast<std::uint64_t>(i)) - 1.0;
    }
  });
  return block;
}

/// to[i] = value(i) for all numbers of a block.
template <class Value>
void for_all(Block& to, const Workers& workers, const Value& value) {
  const std::span<double> values = to.values();
  constexpr std::size_t kPiece = std::size_t{1} << 14;
  parallel_for((values.size() + kPiece - 1) / kPiece, workers.threads, [&](std::size_t piece) {
    for (std::size_t i = piece * kPiece; i < std::min((piece + 1) * kPiece, values.size()); ++i)
      values[i] = value(i);
  });
}

struct State {
  std::int64_t cycle = 0;
  std::int64_t products = 0;
  Block subspace;  ///< before its product with A'A
};

std::vector<std::byte> pack(const State& state) {
  Packer packer;
  packer.reserve(8 * static_cast<std::size_t>(state.subspace.size() + 6));
  packer.number(state.cycle);
  packer.number(state.products);
  packer.number(state.subspace.rows());
  packer.number(state.subspace.width());
  packer.numbers(state.subspace.values());
  return packer.take();
}

State unpack_state(std::span<const std::byte> bytes) {
  Unpacker unpacker(bytes, "a checkpoint of a decomposition");
  State state;
  state.cycle = unpacker.number();
  state.products = unpacker.number();
  const std::int64_t rows = unpacker.number();
  state.subspace = Block(rows, unpacker.number());
  std::ranges::copy(unpacker.numbers(), state.subspace.values().begin());
  return state;
}

class SubspaceIteration {
 public:
  SubspaceIteration(const SquaredMatrix& matrix, const SubspaceSettings& settings, const Workers& workers,
                    Checkpoint& checkpoint)
      : matrix_(matrix), settings_(settings), workers_(workers), checkpoint_(checkpoint) {}

  Eigenpairs run() {
    if (const auto saved = checkpoint_.load()) {
      state_ = unpack_state(*saved);
    } else {
      const std::int64_t width = block_width(settings_.wanted, matrix_.rows(), matrix_.columns());
      state_.subspace = random_block(matrix_.columns(), width, settings_.seed, workers_.threads);
    }
    while (true) {
      RitzPairs pairs = ritz_pairs(state_.subspace, times(state_.subspace), workers_);
      ++state_.cycle;
      const double residual = largest_residual(pairs);
      log::progress(fmt::format("{}, {} products, the largest residual is {:.1e}, {:.0e} is enough",
                                settings_.name, state_.products, residual, settings_.residual));
      log::debug("{}: cycle {}, {} products, residual {:.3e}, values {:.6g} to {:.6g} to {:.6g}",
                 settings_.name, state_.cycle, state_.products, residual, pairs.values.front(),
                 pairs.values[static_cast<std::size_t>(wanted_of(pairs) - 1)], pairs.values.back());
      if (residual <= settings_.residual || state_.products >= settings_.most_products) {
        // What a later run goes on from leads here by the same product.
        --state_.cycle;
        --state_.products;
        save(true);
        return result_of(std::move(pairs), residual, state_.products + 1);
      }
      state_.subspace = Block();  // its room is wanted
      state_.subspace = filtered(std::move(pairs));
      save(false);
    }
  }

 private:
  void save(bool last) {
    checkpoint_.save([this] { return pack(state_); }, last);
  }

  Block times(const Block& x) {
    leave_if_stop_requested();
    ++state_.products;
    return matrix_.times(x);
  }

  [[nodiscard]] std::int64_t wanted_of(const RitzPairs& pairs) const {
    return std::min(settings_.wanted, std::ssize(pairs.values));
  }

  [[nodiscard]] double largest_residual(const RitzPairs& pairs) const {
    return *std::max_element(pairs.residuals.begin(), pairs.residuals.begin() + wanted_of(pairs)) /
           pairs.values.front();
  }

  /// How far the polynomial may go: until a leading direction outgrows what the other columns hold of their
  /// own.
  [[nodiscard]] static std::int64_t degree_of(const RitzPairs& pairs, double edge) {
    std::int64_t degree = kMostDegree;
    for (std::size_t i = 0; i < pairs.values.size(); ++i) {
      if (pairs.values[i] <= edge) break;
      const double x = 2.0 * pairs.values[i] / edge - 1.0;
      const double part = std::max(pairs.residuals[i] / pairs.values.front(), kLeastPart);
      double before = 1.0;
      double now = x;
      std::int64_t reached = 1;
      while (reached < degree && (2.0 * x * now - before) * part <= kMostGrowth) {
        before = std::exchange(now, 2.0 * x * now - before);
        ++reached;
      }
      degree = reached;
    }
    return degree;
  }

  /// t_m(2 A'A / edge - 1) v times any number, by its three-term recurrence.
  Block filtered(RitzPairs pairs) {
    const double edge = std::max(pairs.values.back(), 0.0);
    if (edge <= kZero * pairs.values.front())
      return std::move(pairs.images);  // a power: nothing is to be kept low
    const std::int64_t degree = degree_of(pairs, edge);
    Block before = std::move(pairs.vectors);
    Block now = std::move(pairs.images);
    const double slope = 2.0 / edge;
    for_all(now, workers_, [slope, image = now.values(), x = before.values()](std::size_t i) {
      return slope * image[i] - x[i];
    });
    for (std::int64_t m = 2; m <= degree; ++m) {
      Block next = times(now);
      for_all(next, workers_,
              [slope, image = next.values(), x = now.values(), old = before.values()](std::size_t i) {
                return 2.0 * (slope * image[i] - x[i]) - old[i];
              });
      before = std::exchange(now, std::move(next));
    }
    return now;
  }

  Eigenpairs result_of(RitzPairs pairs, double residual, std::int64_t products) const {
    std::int64_t count = 0;
    while (count < wanted_of(pairs) &&
           pairs.values[static_cast<std::size_t>(count)] > kZero * pairs.values.front())
      ++count;
    pairs.values.resize(static_cast<std::size_t>(count));
    return {std::move(pairs.vectors), std::move(pairs.values), residual, products};
  }

  const SquaredMatrix& matrix_;
  const SubspaceSettings& settings_;
  Workers workers_;
  Checkpoint& checkpoint_;
  State state_;
};

}  // namespace

std::int64_t block_width(std::int64_t wanted, std::int64_t rows, std::int64_t columns) {
  return std::min({Block::slices_of(2 * wanted) * Block::kSlice, rows, columns});
}

Eigenpairs largest_eigenpairs(const SquaredMatrix& matrix, const SubspaceSettings& settings,
                              const Workers& workers, Checkpoint& checkpoint) {
  return SubspaceIteration(matrix, settings, workers, checkpoint).run();
}

}  // namespace shoal
