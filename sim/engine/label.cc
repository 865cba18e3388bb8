#include "sim/engine/label.h"

#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

#include "sim/engine/check.h"

namespace fencepost::sim {

// Only ever looked up by content, never walked, so neither the map's order nor the order of
// interning can be observed.
struct Label::Interner {
  std::mutex mutex;
  std::unordered_map<uint64_t, const Entry*> by_hash;
  std::deque<std::string> texts;
  std::deque<Entry> entries;

  const Entry* Find(uint64_t hash, std::string_view text) {
    const std::lock_guard<std::mutex> lock(mutex);
    auto [place, inserted] = by_hash.try_emplace(hash, nullptr);
    if (inserted) {
      entries.push_back({hash, texts.emplace_back(text)});
      place->second = &entries.back();
    }
    return place->second;
  }

  static Interner& Instance() {
    static Interner* instance = new Interner;  // Never destroyed: labels outlive everything.
    return *instance;
  }
};

Label Label::Of(std::string_view text) {
  static constexpr size_t kRecentSize = 256;
  static thread_local const Entry* recent[kRecentSize] = {};  // spares the lock

  if (text.empty()) return Label();
  const uint64_t hash = HashText(text);
  const Entry*& slot = recent[(hash ^ (hash >> 32)) % kRecentSize];
  if (slot == nullptr || slot->hash != hash) slot = Interner::Instance().Find(hash, text);
  Check(slot->text == text, "two label texts with the same 64-bit hash; rename one");
  return Label(slot);
}

}  // namespace fencepost::sim
