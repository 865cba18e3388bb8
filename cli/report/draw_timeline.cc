#include "cli/report/draw_timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>
#include <vector>

#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using sim::Timeline;
using sim::TimelineEntry;
using sim::TimelineMark;

constexpr std::size_t kNarrowestColumn = 12;
constexpr std::size_t kIndent = 2;  // of the further lines of a wrapped text

struct Glyphs {
  std::string_view bar, line, cross, fault, broken;
};
constexpr Glyphs kUnicode{"│", "─", "┼", "↯", "✗"};
constexpr Glyphs kAscii{"|", "-", "+", "!", "X"};

struct Column {
  std::string name;
  std::size_t width = 0;
};

// Actors at the left, then what they act on, in the order of the numbers in their names.
std::tuple<int, std::string, std::uint64_t> ColumnOrder(const std::string& name) {
  int rank = 0;
  if (name.starts_with("janitor")) rank = 1;
  if (name.starts_with("worker")) rank = 2;
  if (name.starts_with("pod")) rank = 3;
  if (name == "world" || name == "store") rank = 4;
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  std::uint64_t number = 0;
  std::from_chars(name.data() + digits, name.data() + name.size(), number);
  return {rank, name.substr(0, digits), number};
}

class Drawing {
 public:
  Drawing(const Timeline& timeline, const DrawStyle& style)
      : timeline_(timeline), style_(style), glyphs_(style.unicode ? kUnicode : kAscii) {
    for (const TimelineEntry& entry : timeline) {
      time_width_ = std::max(time_width_, Width(TimeText(entry)));
      AddColumn(entry);
    }
    std::stable_sort(columns_.begin(), columns_.end(), [](const Column& a, const Column& b) {
      return ColumnOrder(a.name) < ColumnOrder(b.name);
    });
  }

  std::string Draw() {
    if (!FitColumns()) return DrawList();
    Row(std::string(time_width_, ' '), Cells());
    Rule();
    std::string last_time;
    for (const TimelineEntry& entry : timeline_) {
      const std::string time = TimeText(entry);
      DrawEntry(entry, time == last_time ? "" : time);
      last_time = time;
    }
    return std::move(text_) + Legend();
  }

 private:
  static std::string TimeText(const TimelineEntry& entry) {
    return fmt::format("{:.3f} s", static_cast<double>(entry.at.nanos()) * 1e-9);
  }

  std::string EntryText(const TimelineEntry& entry) const {
    const std::string text = Printable(entry.text, style_.unicode);
    if (entry.mark == TimelineMark::kFault) return std::string(glyphs_.fault) + " " + text;
    if (entry.mark == TimelineMark::kBroken) return std::string(glyphs_.broken) + " " + text;
    return text;
  }

  // A broken property belongs to no actor: it is drawn across all columns.
  void AddColumn(const TimelineEntry& entry) {
    if (entry.mark == TimelineMark::kBroken) return;
    const auto same = [&entry](const Column& column) { return column.name == entry.column; };
    auto found = std::find_if(columns_.begin(), columns_.end(), same);
    if (found == columns_.end()) {
      columns_.push_back({entry.column, Width(entry.column)});
      found = columns_.end() - 1;
    }
    found->width = std::max(found->width, Width(EntryText(entry)));
  }

  // Narrow columns get what they need, the wide ones share what is left. False: not readable.
  bool FitColumns() {
    const std::size_t borders = time_width_ + 3 * columns_.size();
    if (columns_.empty() || borders >= style_.width) return columns_.empty();
    std::size_t room = style_.width - borders;
    std::vector<Column*> by_need;
    for (Column& column : columns_) by_need.push_back(&column);
    std::stable_sort(by_need.begin(), by_need.end(),
                     [](const Column* a, const Column* b) { return a->width < b->width; });
    for (std::size_t i = 0; i < by_need.size(); ++i) {
      const std::size_t share = room / (by_need.size() - i);
      if (by_need[i]->width > share) {
        if (share < kNarrowestColumn) return false;
        by_need[i]->width = share;
      }
      room -= by_need[i]->width;
    }
    return true;
  }

  std::vector<std::string> Cells() const {
    std::vector<std::string> names;
    for (const Column& column : columns_) names.push_back(Wrapped(column.name, column.width, 0)[0]);
    return names;
  }

  void DrawEntry(const TimelineEntry& entry, const std::string& time) {
    if (entry.mark == TimelineMark::kBroken) return DrawBroken(entry);
    std::size_t at = 0;
    while (columns_[at].name != entry.column) ++at;
    std::string left = time;
    for (std::string& line : Wrapped(EntryText(entry), columns_[at].width, kIndent)) {
      std::vector<std::string> cells(columns_.size());
      cells[at] = std::move(line);
      Row(left, cells);
      left.clear();
    }
  }

  void DrawBroken(const TimelineEntry& entry) {
    Rule();
    Block(Padded(TimeText(entry), time_width_) + " ", EntryText(entry));
    Rule();
  }

  // `text` wrapped to the whole width, beside `left`.
  void Block(const std::string& left, const std::string& text) {
    const std::size_t used = Width(left);
    const std::size_t room = std::max(style_.width, used + kNarrowestColumn) - used;
    std::string start = left;
    for (const std::string& line : Wrapped(text, room, kIndent)) {
      Line(start + line);
      start.assign(used, ' ');
    }
  }

  void Row(const std::string& time, const std::vector<std::string>& cells) {
    std::string line = std::string(time_width_ - Width(time), ' ') + time;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      line += " " + std::string(glyphs_.bar) + " " + Padded(cells[i], columns_[i].width);
    }
    Line(line);
  }

  void Rule() {
    std::string line = Repeated(time_width_ + 1);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const bool last = i + 1 == columns_.size();
      line += std::string(glyphs_.cross) + Repeated(columns_[i].width + (last ? 1 : 2));
    }
    Line(line);
  }

  std::string Repeated(std::size_t times) const {
    std::string text;
    while (times-- > 0) text += glyphs_.line;
    return text;
  }

  std::string DrawList() {
    std::size_t actor_width = 0;
    for (const Column& column : columns_) actor_width = std::max(actor_width, Width(column.name));
    for (const TimelineEntry& entry : timeline_) {
      const std::string time = TimeText(entry);
      const std::string left = std::string(time_width_ - Width(time), ' ') + time + "  ";
      const bool broken = entry.mark == TimelineMark::kBroken;
      Block(broken ? left : left + Padded(entry.column, actor_width) + "  ", EntryText(entry));
    }
    return std::move(text_) + Legend();
  }

  std::string Legend() const {
    const auto has = [this](TimelineMark mark) {
      return std::any_of(timeline_.begin(), timeline_.end(),
                         [mark](const TimelineEntry& entry) { return entry.mark == mark; });
    };
    std::string legend;
    if (has(TimelineMark::kFault)) legend += fmt::format("{} fault", glyphs_.fault);
    if (has(TimelineMark::kBroken)) {
      legend += fmt::format("{}{} property broken", legend.empty() ? "" : "   ", glyphs_.broken);
    }
    return legend.empty() ? "" : legend + "\n";
  }

  void Line(std::string_view line) {
    const std::size_t end = line.find_last_not_of(' ');
    text_ += line.substr(0, end == std::string_view::npos ? 0 : end + 1);
    text_ += '\n';
  }

  const Timeline& timeline_;
  const DrawStyle style_;
  const Glyphs& glyphs_;
  std::size_t time_width_ = 0;
  std::vector<Column> columns_;
  std::string text_;
};

}  // namespace

std::string DrawTimeline(const sim::Timeline& timeline, const DrawStyle& style) {
  if (timeline.empty()) return "(nothing was recorded)\n";
  return Drawing(timeline, style).Draw();
}

}  // namespace fencepost::cli
