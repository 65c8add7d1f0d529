// One write call a tile; a thread of its own syncs, so that computing never waits for the disk.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>

#include "segment_format.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/journal/tile_journal.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

template <class Part>
void append_part(std::vector<std::byte>& bytes, const Part& part) {
  const auto view = std::as_bytes(std::span(&part, 1));
  bytes.insert(bytes.end(), view.begin(), view.end());
}

std::vector<std::byte> record_of(std::int64_t tile, const TileInput& input, std::array<std::int64_t, 2> shape,
                                 std::span<const std::byte> payload, IndexEntry& entry) {
  std::vector<std::byte> bytes(sizeof(RecordHeader) + padded(payload.size()));
  if (!payload.empty()) std::memcpy(bytes.data() + sizeof(RecordHeader), payload.data(), payload.size());
  RecordHeader header;
  header.tile = tile;
  header.input = input;
  header.shape = shape;
  header.bytes = payload.size();
  header.payload_crc = crc32c(std::span(bytes).subspan(sizeof header));
  header.crc = crc_of_part(header);
  std::memcpy(bytes.data(), &header, sizeof header);
  entry = {tile, input, 0, header.bytes, header.payload_crc, 0};
  return bytes;
}

}  // namespace

struct TileWriter::State {
  State(fs::path folder_, const Digest& key_, int rank_, JournalSettings settings_)
      : folder(std::move(folder_)), key(key_), rank(rank_), settings(settings_) {}

  fs::path folder;
  Digest key;
  int rank;
  JournalSettings settings;

  std::mutex mutex;  ///< of all below
  std::shared_ptr<AppendFile> file;
  std::uint64_t size = 0;
  std::vector<IndexEntry> entries;
  bool unsynced = false;
  bool sync_in_work = false;
  std::condition_variable synced;
  std::exception_ptr error;
  bool ending = false;
  std::condition_variable wake;
  std::thread syncing;

  void begin_segment() {
    make_folders(folder);
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    // A name that no other run or rank has: nobody appends to what another one wrote.
    file = std::make_shared<AppendFile>(folder /
                                        fmt::format("rank-{}-{:x}-{}{}", rank, now, ::getpid(), kOpenSuffix));
    sync_folder(folder);
    SegmentHeader header;
    header.key = key;
    header.crc = crc_of_part(header);
    file->append(std::as_bytes(std::span(&header, 1)));
    size = sizeof header;
  }

  /// Waits until no sync is in work: it would lose its descriptor, and we what the disk says of the tiles.
  void end_segment(std::unique_lock<std::mutex>& lock) {
    const std::shared_ptr<AppendFile> ended = file;
    synced.wait(lock, [&] { return !sync_in_work; });
    if (error) std::rethrow_exception(error);
    if (file != ended) return;  // another thread was faster
    if (settings.fence != nullptr) settings.fence->confirm();
    std::vector<std::byte> bytes;
    for (const IndexEntry& entry : entries) append_part(bytes, entry);
    SegmentTrailer trailer;
    trailer.index_offset = size;
    trailer.index_crc = crc32c(bytes);
    trailer.crc = crc_of_part(trailer);
    append_part(bytes, trailer);
    file->append(bytes);
    file->close();
    fs::path sealed = file->path();
    rename_durably(file->path(), sealed.replace_extension(kSealedSuffix));
    file.reset();
    entries.clear();
    unsynced = false;
  }

  void sync_now_and_then() {
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, settings.sync_every, [&] { return ending; })) {
      if (!unsynced) continue;
      unsynced = false;
      sync_in_work = true;
      const std::shared_ptr<AppendFile> current = file;
      lock.unlock();
      std::exception_ptr failed;
      try {
        current->sync();
      } catch (...) {
        failed = std::current_exception();
      }
      lock.lock();
      if (failed) error = failed;
      sync_in_work = false;
      synced.notify_all();
    }
  }
};

TileWriter::TileWriter(fs::path folder, const Digest& key, int rank, JournalSettings settings)
    : state_(std::make_unique<State>(std::move(folder), key, rank, settings)) {
  // Without a pause between syncs each tile would wait for the disk.
  state_->settings.sync_every = std::max(state_->settings.sync_every, std::chrono::milliseconds(100));
  state_->syncing = std::thread([this] { state_->sync_now_and_then(); });
}

TileWriter::~TileWriter() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->wake.notify_all();
  state_->syncing.join();
  try {
    if (state_->file) state_->file->close();
  } catch (const Error& error) {
    log::warning("{}; tiles that it lost are computed again by the next run", error.what());
  }
}

void TileWriter::append(std::int64_t tile, const TileInput& input, std::array<std::int64_t, 2> shape,
                        std::span<const std::byte> payload) {
  IndexEntry entry;
  const std::vector<std::byte> record = record_of(tile, input, shape, payload, entry);
  std::unique_lock lock(state_->mutex);
  if (state_->error) std::rethrow_exception(state_->error);
  if (state_->settings.fence != nullptr) state_->settings.fence->check();
  if (!state_->file) state_->begin_segment();
  state_->file->append(record);
  entry.offset = state_->size;
  state_->entries.push_back(entry);
  state_->size += record.size();
  state_->unsynced = true;
  if (state_->size > state_->settings.segment_bytes) state_->end_segment(lock);
}

void TileWriter::seal() {
  std::unique_lock lock(state_->mutex);
  if (state_->error) std::rethrow_exception(state_->error);
  if (state_->file) state_->end_segment(lock);
}

}  // namespace shoal
