// In rounds: each rank reads a chunk, asks the owners of its ids' keys for the rows, tells these owners
// which of the keys it took, and sends the vectors to the owners of the rows.
#include "pipeline/given/gathering.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "pipeline/given/chunk_source.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace {

constexpr int kRowBits = 40;
constexpr int kImageBit = 62;
/// In place of a number of rows: several photos are called so.
constexpr std::int64_t kAmbiguous = -1;

/// Where a vector stands, as a number: the lowest of several counts. Those found by a post's id come first.
std::int64_t place_of(bool by_image, std::int32_t file, std::int64_t row) {
  return (std::int64_t{by_image} << kImageBit) | (std::int64_t{file} << kRowBits) | row;
}
std::int64_t row_of(std::int64_t place) { return place & ((std::int64_t{1} << kRowBits) - 1); }
bool is_by_image(std::int64_t place) { return (place >> kImageBit) != 0; }
std::size_t file_of(std::int64_t place) {
  return static_cast<std::size_t>((place & ((std::int64_t{1} << kImageBit) - 1)) >> kRowBits);
}

/// Of a row, the vector that counts: the lowest of several. By a post's id before its images, of these by
/// slide.
struct BestVector {
  bool by_image = true;
  std::int64_t slide = std::numeric_limits<std::int64_t>::max();
  std::int64_t place = std::numeric_limits<std::int64_t>::max();
  friend auto operator<=>(const BestVector&, const BestVector&) = default;
};

/// That a vector was taken for a key.
struct Taken {
  RowKey key{};
  std::int64_t place = 0;
  RowKey vector{};  ///< 128 bits of its digest
};

RowKey bits_of(const Digest& digest) {
  RowKey bits;
  std::memcpy(bits.data(), digest.data(), sizeof bits);
  return bits;
}

/// What is asked, answered and sent between ranks: numbers, read one after the other.
class Answers {
 public:
  explicit Answers(std::vector<std::int64_t> values) : values_(std::move(values)) {}
  std::int64_t next() { return values_[at_++]; }

 private:
  std::vector<std::int64_t> values_;
  std::size_t at_ = 0;
};

template <class T>
std::vector<std::vector<T>> exchange(Communicator& comm, std::vector<std::vector<T>> outgoing) {
  std::vector<Bytes> packed;
  for (auto& part : outgoing) {
    packed.push_back(bytes_of(part));
    part = {};
  }
  std::vector<std::vector<T>> incoming;
  for (Bytes& part : comm.all_to_all(std::move(packed))) {
    incoming.push_back(values_of<T>(part));
    part = {};
  }
  return incoming;
}

/// Gathers chunk by chunk; what it knows at the end depends on no rank's turn.
class Gathering {
 public:
  Gathering(Communicator& comm, const VectorFiles& files, RowsToMatch rows, Gather what)
      : comm_(comm),
        files_(files),
        rows_(std::move(rows)),
        mine_(rows_.partition.owned_by(comm.rank())),
        source_(files, comm.rank(), comm.size()),
        best_(static_cast<std::size_t>(mine_.size())),
        columns_(what == Gather::vectors ? files.columns : 0) {
    gathered_.rows = DenseMatrix(mine_.size(), columns_);
  }

  GatheredVectors run() {
    while (true) {
      leave_if_stop_requested();
      VectorChunk chunk;
      bool here = false;
      on_all(comm_, [&] { here = source_.next(chunk); });
      if (comm_.max(std::int64_t{here}) == 0) break;
      take(chunk);
    }
    judge_repeated();
    count_rows();
    settle_digest();
    return std::move(gathered_);
  }

 private:
  template <class T>
  [[nodiscard]] std::vector<std::vector<T>> for_ranks() const {
    return std::vector<std::vector<T>>(static_cast<std::size_t>(comm_.size()));
  }

  void quarantine(std::size_t file, std::int64_t row, std::string reason) {
    gathered_.quarantine.push_back(
        {QuarantineKind::vector, files_.files[file].relative, row, "vectors", std::move(reason)});
    ++gathered_.counts.unusable;
  }

  void take(const VectorChunk& chunk) {
    const std::vector<RowKey> vectors = digest(chunk);
    std::vector<std::vector<Candidate>> candidates(chunk.ids.size());
    auto questions = for_ranks<RowKey>();
    for (std::size_t i = 0; i < chunk.ids.size(); ++i) {
      ++gathered_.counts.read;
      if (!chunk.faults[i].empty()) {
        quarantine(static_cast<std::size_t>(chunk.file), chunk.first + static_cast<std::int64_t>(i),
                   chunk.faults[i]);
        continue;
      }
      candidates[i] = candidates_of(chunk.ids[i], rows_.match, rows_.pseudonyms);
      for (const Candidate& candidate : candidates[i])
        questions[static_cast<std::size_t>(rows_.keys.owner_of(candidate.key))].push_back(candidate.key);
    }
    std::vector<Answers> answers = ask(std::move(questions));
    auto taken = for_ranks<Taken>();
    auto letters = for_ranks<std::byte>();
    for (std::size_t i = 0; i < chunk.ids.size(); ++i) {
      if (chunk.faults[i].empty()) send(chunk, i, candidates[i], answers, vectors[i], taken, letters);
    }
    for (auto& part : exchange(comm_, std::move(taken)))
      taken_.insert(taken_.end(), part.begin(), part.end());
    for (const Bytes& part : comm_.all_to_all(std::move(letters))) receive(part);
  }

  /// Of each vector; those of the chunk together are a piece of the digest of all.
  std::vector<RowKey> digest(const VectorChunk& chunk) {
    std::vector<RowKey> vectors;
    if (chunk.ids.empty()) return vectors;
    Sha256 piece;
    for (std::size_t i = 0; i < chunk.ids.size(); ++i) {
      const auto row = chunk.vectors.view().row(static_cast<std::int64_t>(i));
      const Digest vector = sha256(std::as_bytes(row));
      const auto length = static_cast<std::int64_t>(chunk.ids[i].size());
      piece.update(std::as_bytes(std::span(&length, 1))).update(chunk.ids[i]);
      piece.update(std::as_bytes(std::span(vector)));
      vectors.push_back(bits_of(vector));
    }
    pieces_.emplace_back(std::pair(chunk.file, chunk.first), to_hex(piece.finish()));
    return vectors;
  }

  /// The rows of each key, and their slides, in the order in which they were asked for.
  std::vector<Answers> ask(std::vector<std::vector<RowKey>> questions) {
    auto replies = for_ranks<std::int64_t>();
    std::size_t asker = 0;
    for (const auto& part : exchange(comm_, std::move(questions))) {
      std::vector<std::int64_t>& reply = replies[asker++];
      for (const RowKey& key : part) {
        const Matches matches = rows_.keys.find(key);
        reply.push_back(matches.ambiguous ? kAmbiguous : std::ssize(matches.places));
        for (const SlidePlace& place : matches.places) reply.insert(reply.end(), {place.post, place.slide});
      }
    }
    std::vector<Answers> answers;
    for (auto& part : exchange(comm_, std::move(replies))) answers.emplace_back(std::move(part));
    return answers;
  }

  /// Finds the rows of a vector in the answers, and writes to their owners.
  void send(const VectorChunk& chunk, std::size_t i, const std::vector<Candidate>& candidates,
            std::vector<Answers>& answers, const RowKey& vector, std::vector<std::vector<Taken>>& taken,
            std::vector<Bytes>& letters) {
    std::vector<SlidePlace> places;
    const Candidate* match = nullptr;
    bool ambiguous = false;
    for (const Candidate& candidate : candidates) {
      Answers& answer = answers[static_cast<std::size_t>(rows_.keys.owner_of(candidate.key))];
      const std::int64_t count = answer.next();
      ambiguous = ambiguous || count == kAmbiguous;
      std::vector<SlidePlace> of_key;
      for (std::int64_t n = 0; n < count; ++n) {
        const std::int64_t of_place = answer.next();
        of_key.push_back({of_place, answer.next()});
      }
      if (match != nullptr || of_key.empty()) continue;
      match = &candidate;
      places = std::move(of_key);
    }
    const std::int64_t row = chunk.first + static_cast<std::int64_t>(i);
    if (match == nullptr) {
      if (ambiguous) {
        quarantine(static_cast<std::size_t>(chunk.file), row,
                   "several photos in different folders have this name");
      } else {
        ++gathered_.counts.surplus;
      }
      return;
    }
    ++(match->by_image ? gathered_.counts.by_image : gathered_.counts.by_post);
    const std::int64_t place = place_of(match->by_image, chunk.file, row);
    taken[static_cast<std::size_t>(rows_.keys.owner_of(match->key))].push_back({match->key, place, vector});
    write(place, places, chunk.vectors.view().row(static_cast<std::int64_t>(i)), letters);
  }

  /// Place, number of rows, rows with slides, and the vector, once to each rank that owns some of the rows.
  void write(std::int64_t place, const std::vector<SlidePlace>& rows, std::span<const float> vector,
             std::vector<Bytes>& letters) const {
    const auto append = [](Bytes& letter, std::span<const std::byte> bytes) {
      letter.insert(letter.end(), bytes.begin(), bytes.end());
    };
    for (std::size_t begin = 0; begin < rows.size();) {
      const int owner = rows_.partition.owner_of(rows[begin].post);
      std::size_t end = begin;
      while (end < rows.size() && rows_.partition.owner_of(rows[end].post) == owner) ++end;
      const std::array<std::int64_t, 2> head{place, static_cast<std::int64_t>(end - begin)};
      Bytes& letter = letters[static_cast<std::size_t>(owner)];
      append(letter, std::as_bytes(std::span(head)));
      append(letter, std::as_bytes(std::span(rows).subspan(begin, end - begin)));
      if (columns_ > 0) append(letter, std::as_bytes(vector));
      begin = end;
    }
  }

  void receive(const Bytes& letter) {
    std::size_t at = 0;
    const auto number = [&] {
      std::int64_t value = 0;
      std::memcpy(&value, letter.data() + at, sizeof value);
      at += sizeof value;
      return value;
    };
    while (at < letter.size()) {
      const std::int64_t place = number();
      std::vector<SlidePlace> rows(static_cast<std::size_t>(number()));
      for (SlidePlace& row : rows) {
        row.post = number() - mine_.begin;
        row.slide = number();
      }
      for (const auto& [row, slide] : rows) {
        BestVector& best = best_[static_cast<std::size_t>(row)];
        const BestVector found{is_by_image(place), slide, place};
        if (found >= best) continue;
        best = found;
        if (columns_ > 0) std::memcpy(gathered_.rows.row(row).data(), letter.data() + at, bytes_of_vector());
      }
      at += bytes_of_vector();
    }
  }

  [[nodiscard]] std::size_t bytes_of_vector() const {
    return static_cast<std::size_t>(columns_) * sizeof(float);
  }

  /// Of the vectors under one key the first counts.
  void judge_repeated() {
    std::ranges::sort(taken_, {}, [](const Taken& taken) { return std::tie(taken.key, taken.place); });
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      const bool first = i == 0 || taken_[i].key != taken_[i - 1].key;
      if (first) first_ = taken_[i].vector;
      if (first) {
        ++gathered_.counts.used;
      } else if (taken_[i].vector == first_) {
        ++gathered_.counts.merged;
      } else {
        quarantine(file_of(taken_[i].place), row_of(taken_[i].place),
                   "another vector stands before it under the same id");
      }
    }
    taken_ = {};
  }

  void count_rows() {
    VectorCounts& counts = gathered_.counts;
    for (const BestVector& best : best_) {
      const bool has_one = best < BestVector{};
      gathered_.present.push_back(has_one ? 1 : 0);
      counts.rows += has_one ? 1 : 0;
    }
    for (std::int64_t VectorCounts::*count :
         {&VectorCounts::read, &VectorCounts::used, &VectorCounts::merged, &VectorCounts::surplus,
          &VectorCounts::unusable, &VectorCounts::by_post, &VectorCounts::by_image, &VectorCounts::rows})
      counts.*count = comm_.sum(counts.*count);
  }

  void settle_digest() {
    std::string digest;
    auto pieces = gather_objects(comm_, pieces_, 0);
    on_root(comm_, [&] {
      std::map<std::pair<std::int32_t, std::int64_t>, std::string> in_order;
      for (auto& part : pieces) in_order.insert(part.begin(), part.end());
      Sha256 all;
      all.update(std::to_string(files_.columns));
      for (const auto& [place, piece] : in_order) all.update("\n").update(piece);
      digest = to_hex(all.finish());
    });
    gathered_.digest = digest_of_hex(broadcast_object(comm_, digest, 0)).value();
  }

  Communicator& comm_;
  const VectorFiles& files_;
  RowsToMatch rows_;
  RowRange mine_;
  ChunkSource source_;
  std::vector<BestVector> best_;  ///< of each of this rank's rows
  std::int64_t columns_;          ///< of the vectors that travel; 0 where none do
  std::vector<Taken> taken_;      ///< of keys that this rank knows
  RowKey first_{};                ///< the vector that counts for the key that is judged
  std::vector<std::pair<std::pair<std::int32_t, std::int64_t>, std::string>> pieces_;
  GatheredVectors gathered_;
};

}  // namespace

GatheredVectors gather_vectors(Communicator& comm, const VectorFiles& files, RowsToMatch rows, Gather what) {
  return Gathering(comm, files, std::move(rows), what).run();
}

std::int64_t memory_of_gathering(std::int64_t rows_of_rank, std::int64_t images, std::int64_t columns,
                                 int ranks) {
  // Places and notes of what was taken, twice while they are sorted or grow; keys.
  constexpr auto kOfTaken = static_cast<std::int64_t>(2 * sizeof(Taken));
  constexpr auto kOfRow = kKeysOfPost + kOfTaken + static_cast<std::int64_t>(2 * sizeof(BestVector));
  const std::int64_t chunk = std::max(kChunkBytes, columns * static_cast<std::int64_t>(sizeof(float)));
  // A chunk as it stands in the file, as numbers, and in letters that grow; one of each rank may come at
  // once, and lies in MPI's own memory, too.
  return rows_of_rank * kOfRow + images * (kKeysOfImage + kOfTaken) + chunk * (8 + 4 * std::int64_t{ranks});
}

}  // namespace shoal
