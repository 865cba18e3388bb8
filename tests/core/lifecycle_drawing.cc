#include "tests/core/lifecycle_drawing.h"

#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/rules/check.h"
#include "core/rules/transition.h"

namespace fencepost {
namespace {

// ---- What is drawn: arrows, from the table
// --------------------------------------------------------

// Where an arrow begins: a state, the absent row, or all active states but draining at once.
constexpr std::size_t kNoRow = kWorkerStateCount;
constexpr std::size_t kFrame = kWorkerStateCount + 1;
constexpr StateSet kFramed = kActiveStates.Without(WorkerState::kDraining);

using Arrow = std::pair<std::size_t, WorkerState>;
using Arrows = std::map<Arrow, std::vector<const TransitionRule*>>;

void AddArrows(const TransitionRule& rule, StateSet from, WorkerState to, Arrows& arrows) {
  StateSet rest = from;
  if ((from.bits() & kFramed.bits()) == kFramed.bits()) {
    arrows[{kFrame, to}].push_back(&rule);
    rest = StateSet::FromBits(static_cast<std::uint16_t>(from.bits() & ~kFramed.bits()));
  }
  for (const WorkerState state : kAllWorkerStates) {
    if (rest.Has(state)) arrows[{static_cast<std::size_t>(state), to}].push_back(&rule);
  }
}

Arrows ArrowsOf() {
  Arrows arrows;
  for (const TransitionRule& rule : kLifecycle) {
    for (const WorkerState to : kAllWorkerStates) {
      if (rule.to.Has(to) && rule.from.Empty()) arrows[{kNoRow, to}].push_back(&rule);
      if (rule.to.Has(to)) AddArrows(rule, EligibleStates(rule, to), to, arrows);
      if (rule.to.Empty() && rule.from.Has(to)) {
        arrows[{static_cast<std::size_t>(to), to}].push_back(&rule);
      }
    }
  }
  return arrows;
}

// ---- Where it is drawn: chosen by hand
// -----------------------------------------------------------

struct Point {
  int x;
  int y;
};

constexpr int kWidth = 1260;
constexpr int kHeight = 830;
constexpr int kBoxWidth = 120;
constexpr int kBoxHeight = 44;
constexpr int kLineHeight = 16;

constexpr std::array<Point, kWorkerStateCount> kPlaces = {{
    {250, 290},   // spawning
    {510, 150},   // idle
    {510, 290},   // reserved
    {750, 290},   // activating
    {990, 290},   // hot
    {990, 150},   // hot_idle
    {250, 590},   // draining
    {650, 710},   // retired
    {1080, 640},  // lost
}};

struct Route {
  std::string_view path;
  Point label;  // the left end of its first line
};

const std::map<Arrow, Route>& Routes() {
  using enum WorkerState;
  const auto at = [](WorkerState state) { return static_cast<std::size_t>(state); };
  static const std::map<Arrow, Route> routes = {
      {{kNoRow, kSpawning}, {"M70,290 L188,290", {36, 322}}},
      {{at(kSpawning), kIdle}, {"M270,268 C300,200 380,150 448,150", {232, 192}}},
      {{at(kSpawning), kReserved}, {"M310,290 L448,290", {312, 282}}},
      {{at(kIdle), kReserved}, {"M520,172 L520,266", {528, 224}}},
      {{at(kHotIdle), kReserved}, {"M930,152 C800,160 640,220 562,266", {650, 172}}},
      {{at(kHot), kReserved}, {"M970,312 C930,400 590,400 534,314", {660, 396}}},
      {{at(kReserved), kIdle}, {"M494,268 L494,174", {316, 250}}},
      {{at(kReserved), kHotIdle}, {"M562,268 C640,236 780,190 928,166", {610, 256}}},
      {{at(kActivating), kHotIdle}, {"M790,268 C830,230 890,196 944,174", {826, 256}}},
      {{at(kReserved), kActivating}, {"M570,290 L688,290", {578, 310}}},
      {{at(kActivating), kHot}, {"M810,290 L928,290", {816, 310}}},
      {{at(kHot), kHotIdle}, {"M1000,268 L1000,174", {1008, 224}}},
      {{at(kIdle), kIdle}, {"M490,128 C480,96 540,96 532,126", {548, 100}}},
      {{at(kHotIdle), kHotIdle}, {"M970,128 C960,96 1020,96 1012,126", {1028, 100}}},
      {{at(kHot), kHot}, {"M1050,280 C1084,272 1084,308 1052,300", {1084, 286}}},
      {{kFrame, kDraining}, {"M250,450 L250,566", {258, 500}}},
      {{kFrame, kRetired}, {"M650,450 L650,686", {660, 500}}},
      {{kFrame, kLost}, {"M1080,450 L1080,616", {1090, 520}}},
      {{at(kDraining), kRetired}, {"M290,612 C340,670 460,705 588,708", {100, 672}}},
      {{at(kIdle), kRetired}, {"M466,172 C390,240 420,420 450,500 S540,660 604,688", {486, 560}}},
      {{at(kHotIdle), kRetired},
       {"M952,172 C905,230 915,330 925,450 S850,690 712,706", {930, 560}}},
  };
  return routes;
}

std::string_view ColourOf(FenceKind fence) {
  constexpr std::array<std::string_view, 5> kColours = {"#4b5563", "#b45309", "#1d4ed8", "#7c3aed",
                                                        "#be123c"};
  return kColours[static_cast<std::size_t>(fence)];
}
constexpr std::string_view kMixed = "#111827";  // an arrow of several kinds of fence

std::string_view SentenceOf(FenceKind fence) {
  constexpr std::array<std::string_view, 5> kSentences = {
      "caps: there is room for another worker",
      "row lock: nobody else claims the row, and the org has room",
      "lease: the row's owner and epoch are the lease's",
      "epoch: the row's epoch is the one that was seen",
      "snapshot: the row's revision is the one that was seen"};
  return kSentences[static_cast<std::size_t>(fence)];
}

// ---- Drawing -----------------------------------------------------------------------------------

std::string Text(Point at, std::string_view attributes, const std::string& text) {
  return absl::StrFormat("<text x=\"%d\" y=\"%d\" %s>%s</text>\n", at.x, at.y,
                         std::string(attributes), text);
}

// What else must hold, in the words of the guards.
std::string ConditionsOf(const TransitionRule& rule, std::size_t from) {
  std::string text;
  const auto add = [&text](bool holds, const char* words) {
    if (holds) absl::StrAppend(&text, text.empty() ? "" : ", ", words);
  };
  add(rule.guards.Has(Guard::kOwnerGone), "owner gone");
  add(rule.guards.Has(Guard::kNeverActivated), "never activated");
  add(rule.guards.Has(Guard::kNoLiveSession), "no live session");
  const bool from_idle = from == static_cast<std::size_t>(WorkerState::kIdle);
  add(rule.guards.Has(Guard::kOrgBoundIfIdle) && from_idle, "of an org");
  add(rule.may_spare_sessions, "may spare sessions");
  return text;
}

// One line: the operation in its fence's colour, what it grants, and its conditions.
std::string Label(const TransitionRule& rule, std::size_t from, Point at) {
  std::string text(rule.name);
  if (rule.grants_lease) text += " &#9679;";
  if (rule.grants_fence) text += " &#9632;";
  const std::string conditions = ConditionsOf(rule, from);
  if (!conditions.empty()) {
    absl::StrAppend(&text, " <tspan class=\"condition\">", conditions, "</tspan>");
  }
  const std::string attributes =
      absl::StrCat("class=\"operation\" fill=\"", std::string(ColourOf(rule.fence)), "\"");
  return Text(at, attributes, text);
}

std::string DrawArrow(std::size_t from, const std::vector<const TransitionRule*>& rules,
                      const Route& route) {
  bool alike = true;
  for (const TransitionRule* rule : rules) alike = alike && rule->fence == rules.front()->fence;
  const std::string_view colour = alike ? ColourOf(rules.front()->fence) : kMixed;
  std::string svg =
      absl::StrFormat("<path d=\"%s\" class=\"arrow\" stroke=\"%s\" marker-end=\"url(#%s)\"/>\n",
                      std::string(route.path), std::string(colour),
                      absl::StrCat("head-", std::string(colour.substr(1))));
  Point at = route.label;
  for (const TransitionRule* rule : rules) {
    svg += Label(*rule, from, at);
    at.y += kLineHeight;
  }
  return svg;
}

std::string DrawState(WorkerState state) {
  const Point centre = kPlaces[static_cast<std::size_t>(state)];
  const auto box = [&](int inset) {
    return absl::StrFormat(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" class=\"%s\"/>\n",
        centre.x - kBoxWidth / 2 + inset, centre.y - kBoxHeight / 2 + inset, kBoxWidth - 2 * inset,
        kBoxHeight - 2 * inset, 8 - inset, kFencedStates.Has(state) ? "fenced" : "state");
  };
  return absl::StrCat(box(0), IsTerminal(state) ? box(4) : "",
                      Text({centre.x, centre.y + 5}, "class=\"name\" text-anchor=\"middle\"",
                           std::string(StateName(state))));
}

std::string DrawHeads() {
  std::vector<std::string_view> colours = {kMixed};
  for (std::size_t i = 0; i < 5; ++i) colours.push_back(ColourOf(static_cast<FenceKind>(i)));
  std::string svg = "<defs>\n";
  for (const std::string_view colour : colours) {
    absl::StrAppendFormat(
        &svg,
        "<marker id=\"head-%s\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" "
        "markerHeight=\"7\" orient=\"auto\"><path d=\"M0,0 L10,5 L0,10 z\" "
        "fill=\"%s\"/></marker>\n",
        std::string(colour.substr(1)), std::string(colour));
  }
  return svg + "</defs>\n";
}

std::string DrawLegend() {
  std::string svg;
  Point at{40, 756};
  for (std::size_t i = 0; i < 5; ++i) {
    const auto fence = static_cast<FenceKind>(i);
    const Point line{at.x + static_cast<int>(i % 3) * 420, at.y + static_cast<int>(i / 3) * 24};
    absl::StrAppendFormat(&svg,
                          "<path d=\"M%d,%d l28,0\" class=\"arrow\" stroke=\"%s\" "
                          "marker-end=\"url(#head-%s)\"/>\n",
                          line.x, line.y - 4, std::string(ColourOf(fence)),
                          std::string(ColourOf(fence).substr(1)));
    svg += Text({line.x + 38, line.y}, "class=\"legend\"", std::string(SentenceOf(fence)));
  }
  svg += Text({at.x + 840, at.y + 24}, "class=\"legend\"",
              "&#9679; grants a lease &#160; &#9632; grants a fence: the pod may be deleted");
  return svg +
         Text({at.x, at.y + 52}, "class=\"legend\"",
              "A shaded worker is dead to everyone. A double border is an end. An arrow from the "
              "dashed frame starts from each state in it; a black one has several kinds of fence.");
}

}  // namespace

std::string DrawLifecycle() {
  std::string svg = absl::StrFormat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
      "height=\"%d\">\n"
      "<!-- Drawn from core/rules/transition.h by draw_lifecycle; a test draws it again. -->\n"
      "<style>\n"
      "text { font-family: 'DejaVu Sans', Verdana, sans-serif; font-size: 12px; }\n"
      ".title { font-size: 18px; font-weight: bold; }\n"
      ".name { font-size: 14px; font-weight: bold; }\n"
      ".condition { fill: #4b5563; font-size: 11px; font-style: italic; }\n"
      ".legend { fill: #111827; }\n"
      ".operation { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }\n"
      ".arrow { fill: none; stroke-width: 1.6; }\n"
      ".state { fill: #eff6ff; stroke: #111827; }\n"
      ".fenced { fill: #fecdd3; stroke: #111827; }\n"
      ".frame { fill: none; stroke: #6b7280; stroke-dasharray: 6 4; }\n"
      "</style>\n",
      kWidth, kHeight, kWidth, kHeight);
  svg += DrawHeads();
  absl::StrAppendFormat(&svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", kWidth,
                        kHeight);
  svg += Text({40, 40}, "class=\"title\"", "The lifecycle of a worker");
  svg += "<rect x=\"160\" y=\"70\" width=\"1080\" height=\"380\" rx=\"14\" class=\"frame\"/>\n";
  svg += "<circle cx=\"64\" cy=\"290\" r=\"6\" fill=\"#111827\"/>\n";
  svg += Text({36, 272}, "class=\"legend\"", "no row");
  for (const auto& [arrow, rules] : ArrowsOf()) {
    const auto route = Routes().find(arrow);
    Check(route != Routes().end(), "an arrow of the table needs a route: add it to Routes()");
    svg += DrawArrow(arrow.first, rules, route->second);
  }
  for (const WorkerState state : kAllWorkerStates) svg += DrawState(state);
  return svg + DrawLegend() + "</svg>\n";
}

}  // namespace fencepost
