// Objects between ranks by Boost.Serialization: vectors of anything that data/serialize.hpp knows.
#pragma once

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/utility.hpp>
#include <boost/serialization/vector.hpp>
#include <streambuf>
#include <vector>

#include "shoal/base/memory.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {
namespace detail {

/// Appends to a vector of bytes.
class AppendingBuffer : public std::streambuf {
 public:
  explicit AppendingBuffer(Bytes& bytes) : bytes_(bytes) {}

 protected:
  std::streamsize xsputn(const char* text, std::streamsize count) override {
    const auto* first = reinterpret_cast<const std::byte*>(text);
    bytes_.insert(bytes_.end(), first, first + count);
    return count;
  }
  int_type overflow(int_type c) override {
    if (c != traits_type::eof()) bytes_.push_back(static_cast<std::byte>(c));
    return c;
  }

 private:
  Bytes& bytes_;
};

/// Counts what is written, and keeps none of it.
class CountingBuffer : public std::streambuf {
 public:
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 protected:
  std::streamsize xsputn(const char*, std::streamsize count) override {
    bytes_ += static_cast<std::size_t>(count);
    return count;
  }
  int_type overflow(int_type c) override {
    ++bytes_;
    return traits_type::not_eof(c);
  }

 private:
  std::size_t bytes_ = 0;
};

/// Reads from bytes in memory.
class ReadingBuffer : public std::streambuf {
 public:
  explicit ReadingBuffer(std::span<const std::byte> bytes) {
    // The get area is only read; std::streambuf's interface wants it mutable.
    auto* begin = const_cast<char*>(reinterpret_cast<const char*>(bytes.data()));
    setg(begin, begin, begin + bytes.size());
  }
};

}  // namespace detail

namespace detail {

template <class T>
void serialize_into(std::streambuf& buffer, const T& object) {
  boost::archive::binary_oarchive archive(buffer, boost::archive::no_header);
  archive << object;
}

}  // namespace detail

/// expected_bytes: room made beforehand; where it is right, what grows is not held twice.
template <class T>
Bytes serialize_object(const T& object, std::size_t expected_bytes = 0) {
  Bytes bytes;
  bytes.reserve(expected_bytes);
  detail::AppendingBuffer buffer(bytes);
  detail::serialize_into(buffer, object);
  return bytes;
}

/// How many bytes serialize_object gives.
template <class T>
std::size_t serialized_bytes(const T& object) {
  detail::CountingBuffer buffer;
  detail::serialize_into(buffer, object);
  return buffer.bytes();
}

template <class T>
T deserialize_object(std::span<const std::byte> bytes) {
  detail::ReadingBuffer buffer(bytes);
  boost::archive::binary_iarchive archive(buffer, boost::archive::no_header);
  T object{};
  archive >> object;
  return object;
}

/// root's object on all ranks.
template <class T>
T broadcast_object(Communicator& comm, const T& object, int root) {
  Bytes bytes;
  if (comm.rank() == root) bytes = serialize_object(object);
  std::int64_t size = static_cast<std::int64_t>(bytes.size());
  comm.broadcast(std::as_writable_bytes(std::span(&size, 1)), root);
  bytes.resize(static_cast<std::size_t>(size));
  comm.broadcast(bytes, root);
  return deserialize_object<T>(bytes);
}

/// outgoing[r] goes to rank r; returns what came, by sender. Objects and their bytes are dropped as soon as
/// they are of no more use, and bytes are counted before they are packed: of all that a rank holds, only
/// these come on top.
template <class T>
std::vector<T> all_to_all_objects(Communicator& comm, std::vector<T> outgoing) {
  std::vector<Bytes> packed;
  packed.reserve(outgoing.size());
  for (T& object : outgoing) {
    packed.push_back(serialize_object(object, serialized_bytes(object)));
    object = T{};
  }
  give_back_freed_memory();
  std::vector<Bytes> received = comm.all_to_all(std::move(packed));
  std::vector<T> incoming;
  incoming.reserve(received.size());
  for (Bytes& bytes : received) {
    incoming.push_back(deserialize_object<T>(bytes));
    bytes = {};
  }
  return incoming;
}

/// Every rank's object, by rank, on all ranks.
template <class T>
std::vector<T> all_gather_objects(Communicator& comm, const T& mine) {
  std::vector<T> objects;
  for (const Bytes& bytes : comm.all_gather(serialize_object(mine))) {
    objects.push_back(deserialize_object<T>(bytes));
  }
  return objects;
}

/// Every rank's object, by rank, on root; empty elsewhere.
template <class T>
std::vector<T> gather_objects(Communicator& comm, const T& mine, int root) {
  std::vector<T> objects;
  for (const Bytes& bytes : comm.gather(serialize_object(mine), root)) {
    objects.push_back(deserialize_object<T>(bytes));
  }
  return objects;
}

}  // namespace shoal
