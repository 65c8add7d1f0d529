// How accounts are told apart, and what they call themselves.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shoal/corpus/read_result.hpp"

namespace shoal {

/// What the key of an account begins with of which only the platform's number is known.
inline constexpr std::string_view kAccountNumber = "id:";

/// How all results and inputs name an account. name: its handle in its one spelling, or kAccountNumber and
/// its number. platform: as Post::platform has it.
std::string account_key(std::string_view platform, std::string_view name);

/// What account_key() was given as a name.
std::string_view name_in_key(std::string_view key, std::string_view platform);

/// A handle in its one spelling: without '@' in front, without white space and characters that are never
/// shown at its ends, in lower case. Of an account's address it is the handle in it; another address stays
/// one.
std::string plain_handle(std::string_view text);

/// Why a name cannot be an account's; empty if it can.
std::string_view account_name_fault(std::string_view name);

/// Why what plain_handle() returned cannot be a handle; empty if it can.
std::string_view handle_fault(std::string_view handle);

/// An account's handle in its one spelling, or nothing where it cannot be one: that is quarantined as a
/// value.
std::string usable_account_name(std::string_view name, std::int64_t record, ReadResult& result);

/// What an account calls itself, or nothing where that cannot be stored: that is quarantined as a value.
std::string usable_display_name(std::string_view name, std::int64_t record, ReadResult& result);

}  // namespace shoal
