#include "models/graph/picture.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphviz.hpp>
#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/rules/transition.h"

namespace fencepost::models {
namespace {

// A picture is a graph with a text on each vertex and edge.
struct PictureVertex {
  std::string text;
  std::string shape = "box";
};
struct PictureEdge {
  std::string text;
};
using Drawing =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, PictureVertex, PictureEdge>;

std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\\\""}, {"\n", "\\l"}}), "\"");
}

std::string Dot(const Drawing& drawing, const std::string& title) {
  std::ostringstream out;
  boost::write_graphviz(
      out, drawing,
      [&](std::ostream& to, auto vertex) {
        to << "[label=" << Quoted(drawing[vertex].text) << ", shape=" << drawing[vertex].shape
           << "]";
      },
      [&](std::ostream& to, auto edge) { to << "[label=" << Quoted(drawing[edge].text) << "]"; },
      [&](std::ostream& to) {
        to << "label=" << Quoted(title) << "\nlabelloc=t\nnode [fontname=\"monospace\"]\n";
      });
  return out.str();
}

std::string NameOfRow(unsigned row) {
  return row == kNoRow ? "no row" : std::string(StateName(static_cast<WorkerState>(row - 1)));
}

// One vertex for each row code, and one edge for each pair, labelled with all texts of the pair.
Drawing RowDrawing(const std::map<std::pair<unsigned, unsigned>, std::set<std::string>>& ways) {
  Drawing drawing;
  std::vector<Drawing::vertex_descriptor> vertices;
  for (unsigned row = 0; row <= kWorkerStateCount; ++row) {
    const bool terminal = row != kNoRow && IsTerminal(static_cast<WorkerState>(row - 1));
    vertices.push_back(
        boost::add_vertex({NameOfRow(row), terminal ? "doubleoctagon" : "box"}, drawing));
  }
  for (const auto& [ends, texts] : ways) {
    boost::add_edge(vertices[ends.first], vertices[ends.second],
                    {absl::StrCat(absl::StrJoin(texts, "\n"), "\n")}, drawing);
  }
  return drawing;
}

}  // namespace

std::string LifecyclePicture() {
  std::map<std::pair<unsigned, unsigned>, std::set<std::string>> ways;
  for (const TransitionRule& rule : kLifecycle) {
    const std::string name(rule.name);
    if (rule.from.Empty()) {
      ways[{kNoRow, RowCode(*OnlyTarget(rule))}].insert(name);
      continue;
    }
    for (const WorkerState from : kAllWorkerStates) {
      if (rule.to.Empty() && rule.from.Has(from)) ways[{RowCode(from), RowCode(from)}].insert(name);
      for (const WorkerState to : kAllWorkerStates) {
        if (!rule.to.Has(to) || !EligibleStates(rule, to).Has(from)) continue;
        ways[{RowCode(from), RowCode(to)}].insert(name);
      }
    }
  }
  return Dot(RowDrawing(ways), "The lifecycle of a worker");
}

std::string RowPicture(const StateGraph& graph) {
  std::map<std::pair<unsigned, unsigned>, std::set<std::string>> ways;
  for (const StateEdge& edge : graph.edges) {
    const unsigned from = RowState::Get(graph.states[edge.from], 0);
    const unsigned to = RowState::Get(graph.states[edge.to], 0);
    if (from != to) ways[{from, to}].insert(std::string(RuleName(static_cast<Rule>(edge.rule))));
  }
  return Dot(RowDrawing(ways), "What worker 1 goes through");
}

std::string TracePicture(const Machine& machine, const Trace<State>& trace,
                         const std::string& title) {
  Drawing drawing;
  State before = trace.initial;
  auto last = boost::add_vertex({machine.DescribeState(before)}, drawing);
  for (const Step<State>& step : trace.steps) {
    const auto next = boost::add_vertex({machine.DescribeState(step.next)}, drawing);
    boost::add_edge(last, next, {machine.Describe(before, step)}, drawing);
    before = step.next;
    last = next;
  }
  return Dot(drawing, title);
}

}  // namespace fencepost::models
