// What the codecs of both statuses share: times, bounded texts, references, scoreboards. Internal to codec.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "domain/rollout/status.h"
#include "json/clip.h"
#include "json/cursor.h"

namespace pawl::codec {

using json::Json;

// Bounds of the CRDs. Writing keeps them, because the server would refuse the whole status for one long text.
inline constexpr std::size_t kTextMax = 1024;
inline constexpr std::size_t kNameMax = 253;
inline constexpr std::size_t kDigestMax = 64;
inline constexpr std::size_t kScoreRowsMax = 64;

/// Reading a stored text: what a server with other bounds let through is still ours.
inline constexpr json::Length kStored{0, 4 * kTextMax};
inline constexpr json::Length kStoredName{1, kNameMax};

/// Writes a text unless it is empty.
void put_text(Json& into, const char* key, std::string_view text, std::size_t max);
void put_time(Json& into, const char* key, const std::optional<Instant>& time);

/// The items that read without a fault; the others are reported and left out.
template <class T, class ReadOne>
std::vector<T> read_sound_items(const json::Cursor& at, std::string_view key, json::Reading& reading,
                                ReadOne read_one) {
  constexpr std::size_t kStoredItemsMax = 1000;
  std::vector<T> sound;
  for (const json::Cursor& item : at.objects(key, kStoredItemsMax)) {
    const std::size_t before = reading.faults().size();
    T value = read_one(item);
    if (reading.faults().size() == before) sound.push_back(std::move(value));
  }
  return sound;
}

/// Writes the newest `max` items of a list, unless it is empty.
template <class T, class RenderOne>
void put_newest(Json& into, const char* key, const std::vector<T>& items, std::size_t max, RenderOne render_one) {
  if (items.empty()) return;
  Json list = Json::array();
  const std::size_t first = items.size() > max ? items.size() - max : 0;
  for (std::size_t i = first; i < items.size(); ++i) list.push_back(render_one(items[i]));
  into[key] = std::move(list);
}

/// {revision, digest}.
domain::RevisionRef read_ref(const json::Cursor& at);
void put_ref(Json& into, const domain::RevisionRef& ref);

domain::ScoreRow read_score_row(const json::Cursor& at);
Json render_score_row(const domain::ScoreRow& row);

}  // namespace pawl::codec
