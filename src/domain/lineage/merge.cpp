#include "domain/lineage/merge.h"

#include <algorithm>
#include <optional>

#include "domain/lineage/lines.h"

namespace pawl::domain {
namespace {

using Partner = std::vector<std::optional<std::size_t>>;

/// For each line of the base where it is in the other text.
Partner partners(Lines base, Lines other) {
  Partner out(base.size());
  for (const SharedLine& shared : shared_lines(base, other)) out[shared.before] = shared.after;
  return out;
}

std::string text_of(Lines lines) {
  std::string out;
  for (const std::string_view line : lines) out += line;
  return out;
}

bool same(Lines a, Lines b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

/// Positions in the three texts.
struct At {
  std::size_t base = 0;
  std::size_t mine = 0;
  std::size_t theirs = 0;
};

class Merge {
 public:
  Merge(Lines base, Lines mine, Lines theirs)
      : base_(base), mine_(mine), theirs_(theirs), in_mine_(partners(base, mine)), in_theirs_(partners(base, theirs)) {}

  Merged run() {
    while (at_.base < base_.size() || at_.mine < mine_.size() || at_.theirs < theirs_.size()) {
      if (unchanged()) {
        out_.text += base_[at_.base];
        at_ = {at_.base + 1, at_.mine + 1, at_.theirs + 1};
      } else {
        take_change(next_in_all());
      }
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool unchanged() const {
    return at_.base < base_.size() && in_mine_[at_.base] == at_.mine && in_theirs_[at_.base] == at_.theirs;
  }

  /// The next line that nobody changed, or the ends.
  [[nodiscard]] At next_in_all() const {
    for (std::size_t i = at_.base; i < base_.size(); ++i) {
      if (in_mine_[i] && in_theirs_[i]) return {i, *in_mine_[i], *in_theirs_[i]};
    }
    return {base_.size(), mine_.size(), theirs_.size()};
  }

  void take_change(const At& end) {
    const Lines base = base_.subspan(at_.base, end.base - at_.base);
    const Lines mine = mine_.subspan(at_.mine, end.mine - at_.mine);
    const Lines theirs = theirs_.subspan(at_.theirs, end.theirs - at_.theirs);
    if (same(base, mine)) out_.text += text_of(theirs);
    else if (same(base, theirs) || same(mine, theirs)) out_.text += text_of(mine);
    else out_.conflicts.push_back({at_.mine + 1, text_of(base), text_of(mine), text_of(theirs)});
    at_ = end;
  }

  Lines base_, mine_, theirs_;
  Partner in_mine_, in_theirs_;
  At at_;
  Merged out_;
};

}  // namespace

Merged merge_texts(std::string_view base, std::string_view mine, std::string_view theirs) {
  const auto base_lines = lines_of(base);
  const auto mine_lines = lines_of(mine);
  const auto their_lines = lines_of(theirs);
  return Merge(base_lines, mine_lines, their_lines).run();
}

}  // namespace pawl::domain
