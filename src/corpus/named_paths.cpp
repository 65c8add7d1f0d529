// Rank 0 looks at plain paths; what patterns match all ranks examine.
#include "named_paths.hpp"

#include <filesystem>

#include "claims.hpp"
#include "examined_units.hpp"
#include "path_patterns.hpp"
#include "photo_posts.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

class PatternFollower {
 public:
  PatternFollower(Communicator& comm, std::span<const PostReader> readers) : comm_(comm), readers_(readers) {}

  void follow(const PathPattern& pattern) {
    bool wildcards = false;
    on_root(comm_, [&] { wildcards = has_wildcards(pattern); });
    wildcards = broadcast_object(comm_, wildcards, 0);
    if (wildcards) {
      const PatternMatches matches = match_pattern(comm_, pattern, "[corpus] posts");
      named_.roots.push_back(matches.root);
      on_all(comm_, [&] {
        for (const std::string& path : matches.paths) add_match(path, matches.root);
      });
    } else {
      named_.roots.push_back(whole_path(pattern));
      on_root(comm_, [&] { add_path(named_.roots.back()); });
    }
  }

  NamedPaths take() { return std::move(named_); }

 private:
  void add_match(const std::string& path, const std::string& root) {
    if (is_folder(path)) {
      add_folder(path);
    } else {
      const PostReader* reader = claiming(readers_, path, true);
      if (reader == nullptr) reader = claiming(photo_readers(readers_), path, true);
      add_unit(path, root, reader);
    }
  }

  void add_path(const std::string& path) {
    if (!is_listed(path)) refuse_absent(path, "[corpus] posts");
    if (is_folder(path)) {
      add_folder(path);
    } else {
      add_unit(path, fs::path(path).parent_path(), claiming(readers_, path, false));
    }
  }

  void add_folder(const std::string& path) {
    const int pattern = static_cast<int>(named_.roots.size()) - 1;
    named_.folders.push_back({{pattern, path_without_links(path)}, path});
  }

  void add_unit(const fs::path& path, const fs::path& root, const PostReader* reader) {
    if (auto unit = own_units_.examine(path, root, reader)) named_.units.push_back(std::move(*unit));
  }

  Communicator& comm_;
  std::span<const PostReader> readers_;
  OwnUnits own_units_;
  NamedPaths named_;
};

}  // namespace

NamedPaths follow_patterns(Communicator& comm, const std::vector<PathPattern>& patterns,
                           std::span<const PostReader> readers) {
  PatternFollower follower(comm, readers);
  for (const PathPattern& pattern : patterns) follower.follow(pattern);
  return follower.take();
}

}  // namespace shoal
