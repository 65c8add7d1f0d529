// Names go to their hash owner, who looks each up once; numbers come from the owner of the first post, counts
// of posts from the posts when they know their numbers.
#include "shoal/corpus/image_index.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <unordered_set>

#include "image_lookup.hpp"
#include "image_names.hpp"
#include "shard_index.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/serialize.hpp"
#include "shoal/data/slides.hpp"
#include "similar_names.hpp"

namespace shoal {
namespace {

/// What a rank says of a name: where its posts name it first.
struct Mention {
  std::string name;
  SlidePlace first;
};

/// What a name's owner answers to those who asked.
struct Answer {
  ImageState state = ImageState::missing;
  std::int64_t number = -1;
  bool ambiguous = false;
};

}  // namespace
}  // namespace shoal

namespace boost::serialization {
template <class Archive>
void serialize(Archive& archive, shoal::Mention& mention, unsigned) {
  archive& mention.name& mention.first;
}
template <class Archive>
void serialize(Archive& archive, shoal::Answer& answer, unsigned) {
  archive& answer.state& answer.number& answer.ambiguous;
}
template <class Archive>
void serialize(Archive& archive, shoal::ImageCopy& copy, unsigned) {
  archive& copy.ref& copy.beginning& copy.fault& copy.file_bytes& copy.modified& copy.photo;
}
}  // namespace boost::serialization

namespace shoal {
namespace {

/// Files in so many bytes of a shard are counted by one rank.
constexpr std::int64_t kBytesOfOwner = std::int64_t{1} << 20;

class Indexer {
 public:
  Indexer(Communicator& comm, std::span<const Post> posts, const BlockPartition& partition)
      : comm_(comm), posts_(posts), partition_(partition), owners_(static_cast<std::size_t>(comm.size())) {}

  ImageIndex run(const ImageReader& images, const ImageSniffer& sniff, int threads) {
    collect_names();
    collect_members(images.sources(), threads);
    look_up_all(images, sniff, threads);
    number_candidates();
    answer_posts();
    tell_names_of_several();
    send_candidates_home();
    count_posts();
    count_states();
    return std::move(index_);
  }

 private:
  /// Each rank's distinct names go to their owners.
  void collect_names() {
    std::map<std::string_view, SlidePlace> mine;
    std::int64_t row = partition_.owned_by(comm_.rank()).begin;
    for (const Post& post : posts_) {
      for (std::size_t slide = 0; slide < slides_of(post); ++slide) {
        const std::string& name = image_of_slide(post, slide);
        if (!name.empty()) mine.try_emplace(name, SlidePlace{row, static_cast<std::int64_t>(slide)});
      }
      ++row;
    }
    std::vector<std::vector<Mention>> outgoing(owners_);
    for (const auto& [name, first] : mine) {
      std::string text(name);
      const std::size_t owner = owner_of_name(text, owners_);
      outgoing[owner].push_back({std::move(text), first});
    }
    asked_ = outgoing;
    received_ = all_to_all_objects(comm_, std::move(outgoing));
    for (const auto& part : received_) {
      for (const Mention& mention : part) {
        ImageName& entry = names_.try_emplace(mention.name, ImageName{.first = mention.first}).first->second;
        entry.first = std::min(entry.first, mention.first);
      }
    }
  }

  /// The members of all shards go to their names' owners, who keep those that posts name, and those whose
  /// names are similar.
  void collect_members(const std::vector<ImageSource>& sources, int threads) {
    if (std::none_of(sources.begin(), sources.end(), [](const ImageSource& source) { return source.shard; }))
      return;
    IndexedShards indexed = index_shards(comm_, sources, threads);
    index_.members = comm_.sum(indexed.files);
    photos_in_shards_ = comm_.sum(indexed.photos);
    index_.quarantine = std::move(indexed.quarantine);
    std::vector<std::vector<ImageCopy>> outgoing(owners_);
    for (ImageCopy& copy : indexed.members)
      outgoing[owner_of_name(copy.ref.name, owners_)].push_back(std::move(copy));
    indexed = {};
    std::unordered_set<std::string> keys;
    for (const auto& [name, entry] : names_) keys.insert(similar_key(name));
    for (auto& part : all_to_all_objects(comm_, std::move(outgoing))) {
      for (ImageCopy& copy : part) {
        const auto named = names_.find(copy.ref.name);
        if (named != names_.end()) {
          add_member(named->second, std::move(copy));
        } else if (keys.contains(similar_key(copy.ref.name))) {
          spare_.push_back(std::move(copy));
        }
      }
    }
  }

  void look_up_all(const ImageReader& images, const ImageSniffer& sniff, int threads) {
    std::vector<ImageNames::value_type*> entries;
    for (auto& entry : names_) entries.push_back(&entry);
    look_up(entries, images, sniff, threads);
    const SecondLook look = look_again(comm_, names_, std::move(spare_), images.sources());
    look_up(look.new_names, images, sniff, threads);
    for (const auto& [name, entry] : names_) {
      if (entry.found.state != ImageState::unreadable) continue;
      index_.quarantine.push_back({QuarantineKind::image, name, -1, "images", entry.found.fault});
    }
    index_.unused_members = photos_in_shards_ - count_used_photos();
    index_.similar = comm_.sum(look.found);
    index_.ambiguous = comm_.sum(look.ambiguous);
  }

  /// Names of one file may have several owners: files go to a rank by their place, and each counts once.
  [[nodiscard]] std::int64_t count_used_photos() const {
    if (photos_in_shards_ == 0) return 0;
    std::vector<std::vector<std::int64_t>> outgoing(owners_);  // pairs of numbers
    for (const auto& [name, entry] : names_) {
      for (const auto& [source, offset] : entry.photos) {
        auto& places = outgoing[static_cast<std::size_t>(offset / kBytesOfOwner) % owners_];
        places.insert(places.end(), {std::int64_t{source}, offset});
      }
    }
    std::set<std::pair<std::int64_t, std::int64_t>> used;
    for (const auto& places : all_to_all_objects(comm_, std::move(outgoing))) {
      for (std::size_t i = 0; i < places.size(); i += 2) used.emplace(places[i], places[i + 1]);
    }
    return comm_.sum(std::ssize(used));
  }

  static void look_up(const std::vector<ImageNames::value_type*>& entries, const ImageReader& images,
                      const ImageSniffer& sniff, int threads) {
    parallel_for(entries.size(), threads, [&](std::size_t i) {
      auto& [name, entry] = *entries[i];
      entry.found = look_up_image(name, std::move(entry.in_shards), images, sniff);
    });
  }

  /// Posts of two archives may mean two photos by one name. Names tell people: their number alone is told.
  void tell_names_of_several() const {
    std::int64_t several = 0;
    for (const auto& [name, entry] : names_) several += entry.found.several ? 1 : 0;
    several = comm_.sum(several);
    if (several == 0 || !comm_.is_root()) return;
    log::warning(
        "{} image names are those of several files that differ: all posts that give such a name get the one "
        "with the lowest SHA-256, be it another post's photo. Read archives or folders that use the same "
        "names in jobs of their own",
        several);
  }

  /// Candidates are numbered by the first slide that names them: the owner of its post counts them in its
  /// rows.
  void number_candidates() {
    std::vector<std::vector<SlidePlace>> outgoing(owners_);
    std::vector<std::vector<ImageName*>> entries(owners_);
    for (auto& [name, entry] : names_) {
      if (entry.found.state != ImageState::present) continue;
      const auto owner = static_cast<std::size_t>(partition_.owner_of(entry.first.post));
      outgoing[owner].push_back(entry.first);
      entries[owner].push_back(&entry);
    }
    const auto received = all_to_all_objects(comm_, std::move(outgoing));
    std::vector<SlidePlace> places;
    for (const auto& part : received) places.insert(places.end(), part.begin(), part.end());
    std::sort(places.begin(), places.end());
    const auto count = static_cast<std::int64_t>(places.size());
    const std::int64_t before = comm_.exclusive_sum(count);
    index_.candidates = comm_.sum(count);
    std::vector<std::vector<std::int64_t>> numbers(owners_);
    for (std::size_t r = 0; r < owners_; ++r) {
      for (const SlidePlace& place : received[r]) {
        // A slide names one image, so first slides are distinct.
        numbers[r].push_back(before +
                             (std::lower_bound(places.begin(), places.end(), place) - places.begin()));
      }
    }
    const auto answers = all_to_all_objects(comm_, std::move(numbers));
    for (std::size_t r = 0; r < owners_; ++r) {
      for (std::size_t i = 0; i < answers[r].size(); ++i) entries[r][i]->number = answers[r][i];
    }
  }

  void answer_posts() {
    std::vector<std::vector<Answer>> answers(owners_);
    for (std::size_t r = 0; r < owners_; ++r) {
      for (const Mention& mention : received_[r]) {
        const ImageName& named = names_.at(mention.name);
        const ImageName& entry = named.same_as != nullptr ? *named.same_as : named;
        answers[r].push_back({entry.found.state, entry.number, entry.ambiguous});
      }
    }
    const auto told = all_to_all_objects(comm_, std::move(answers));
    std::map<std::string_view, Answer> by_name;
    for (std::size_t r = 0; r < owners_; ++r) {
      for (std::size_t i = 0; i < told[r].size(); ++i) by_name.emplace(asked_[r][i].name, told[r][i]);
    }
    SlideImages& slides = index_.slides;
    for (std::size_t i = 0; i < posts_.size(); ++i) {
      for (std::size_t slide = 0; slide < slides_of(posts_[i]); ++slide) {
        const std::string& name = image_of_slide(posts_[i], slide);
        const Answer answer = name.empty() ? Answer{ImageState::none, -1} : by_name.at(name);
        slides.states.push_back(answer.state);
        slides.candidates.push_back(answer.number);
        if (answer.state != ImageState::missing) continue;
        index_.missing_of_posts.push_back(
            {static_cast<std::int64_t>(i), answer.ambiguous, static_cast<std::int64_t>(slide)});
      }
      slides.offsets.push_back(std::ssize(slides.states));
    }
  }

  /// This rank's posts that show each candidate: pairs of numbers. A post that names a file twice shows it
  /// once.
  [[nodiscard]] std::vector<std::vector<std::int64_t>> posts_by_home(const BlockPartition& homes) const {
    std::vector<std::int64_t> shown;
    std::vector<std::int64_t> of_post;
    const SlideImages& slides = index_.slides;
    for (std::size_t i = 0; i < posts_.size(); ++i) {
      of_post.assign(slides.candidates.begin() + slides.offsets[i],
                     slides.candidates.begin() + slides.offsets[i + 1]);
      std::sort(of_post.begin(), of_post.end());
      std::unique_copy(std::upper_bound(of_post.begin(), of_post.end(), -1), of_post.end(),
                       std::back_inserter(shown));
    }
    std::sort(shown.begin(), shown.end());
    std::vector<std::vector<std::int64_t>> counts(owners_);
    for (auto begin = shown.begin(); begin != shown.end();) {
      const auto end = std::upper_bound(begin, shown.end(), *begin);
      auto& of_home = counts[static_cast<std::size_t>(homes.owner_of(*begin))];
      of_home.insert(of_home.end(), {*begin, end - begin});
      begin = end;
    }
    return counts;
  }

  void count_posts() {
    const BlockPartition homes(index_.candidates, comm_.size());
    const std::int64_t first = homes.owned_by(comm_.rank()).begin;
    for (const auto& counts : all_to_all_objects(comm_, posts_by_home(homes))) {
      for (std::size_t i = 0; i < counts.size(); i += 2)
        index_.at_home[static_cast<std::size_t>(counts[i] - first)].posts += counts[i + 1];
    }
  }

  void send_candidates_home() {
    const BlockPartition homes(index_.candidates, comm_.size());
    std::vector<std::vector<ImageCandidate>> outgoing(owners_);
    for (const auto& [name, entry] : names_) {
      if (entry.number < 0) continue;
      const auto home = static_cast<std::size_t>(homes.owner_of(entry.number));
      const ImageCopy& copy = entry.found.copy;
      outgoing[home].push_back({.number = entry.number,
                                .ref = copy.ref,
                                .file_bytes = copy.file_bytes,
                                .modified = copy.modified});
    }
    for (auto& part : all_to_all_objects(comm_, std::move(outgoing))) {
      std::move(part.begin(), part.end(), std::back_inserter(index_.at_home));
    }
    std::sort(index_.at_home.begin(), index_.at_home.end(),
              [](const ImageCandidate& a, const ImageCandidate& b) { return a.number < b.number; });
  }

  void count_states() {
    std::int64_t counts[3] = {0, 0, 0};
    for (const auto& [name, entry] : names_) {
      if (entry.same_as != nullptr) continue;  // the file that it stands for is counted
      ++counts[0];
      counts[1] += entry.found.state == ImageState::missing ? 1 : 0;
      counts[2] += entry.found.state == ImageState::unreadable ? 1 : 0;
    }
    comm_.allreduce_sum(counts);
    index_.named = counts[0];
    index_.missing = counts[1];
    index_.unreadable = counts[2];
  }

  Communicator& comm_;
  std::span<const Post> posts_;
  const BlockPartition& partition_;
  std::size_t owners_;
  std::vector<std::vector<Mention>> asked_;     ///< by owner
  std::vector<std::vector<Mention>> received_;  ///< by asking rank
  ImageNames names_;                            ///< those this rank owns
  std::int64_t photos_in_shards_ = 0;           ///< of all ranks
  std::vector<ImageCopy> spare_;                ///< in shards: not named, but similar to what is
  ImageIndex index_;
};

}  // namespace

ImageIndex index_images(Communicator& comm, std::span<const Post> posts, const BlockPartition& partition,
                        const ImageReader& images, const ImageSniffer& sniff, int threads) {
  return Indexer(comm, posts, partition).run(images, sniff, threads);
}

}  // namespace shoal
