#include "properties/linearizability.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/rules/check.h"

namespace fencepost::properties {
namespace {

// A moment of the history at which a call begins or ends. The moments of calls that are not yet
// linearized form a list in the order of time.
struct Moment {
  std::uint64_t at = 0;
  std::size_t call = 0;
  bool begins = true;
  std::size_t previous = 0;
  std::size_t next = 0;
};

class Search {
 public:
  Search(const std::vector<CallSpan>& history, const SequentialModel& initial, std::uint64_t budget)
      : model_(initial.Clone()), budget_(budget), linearized_(history.size(), '0') {
    moments_.push_back({});  // the list's head and end
    for (std::size_t call = 0; call < history.size(); ++call) {
      Check(history[call].invoked < history[call].returned, "a call returns after its invocation");
      moments_.push_back({history[call].invoked, call, true});
      if (history[call].returned == CallSpan::kNever) continue;
      moments_.push_back({history[call].returned, call, false});
      ++unreturned_;
    }
    std::sort(moments_.begin() + 1, moments_.end(),
              [](const Moment& a, const Moment& b) { return a.at < b.at; });
    end_of_.resize(history.size(), 0);
    for (std::size_t i = 0; i < moments_.size(); ++i) {
      moments_[i].next = (i + 1) % moments_.size();
      moments_[moments_[i].next].previous = i;
      if (i > 0 && !moments_[i].begins) end_of_[moments_[i].call] = i;
    }
  }

  LinearizabilityVerdict Run() {
    std::size_t here = moments_[0].next;
    while (unreturned_ > 0) {
      // Here is the end of the list, or the return of an unlinearized call, before which the next
      // call must have begun: no further call can be linearized.
      if (here == 0 || !moments_[here].begins) {
        NoteHowFar();
        if (chosen_.empty()) return Answer(Linearizability::kNo);
        here = GoBack();
        continue;
      }
      if (verdict_.steps == budget_) return Answer(Linearizability::kUnknown);
      here = Linearize(here) ? moments_[0].next : moments_[here].next;
    }
    verdict_.order.clear();
    for (const Choice& choice : chosen_) verdict_.order.push_back(moments_[choice.begin].call);
    return Answer(Linearizability::kYes);
  }

 private:
  struct Choice {
    std::size_t begin;  // the moment
    std::unique_ptr<SequentialModel> before;
  };

  LinearizabilityVerdict Answer(Linearizability answer) {
    verdict_.answer = answer;
    if (answer == Linearizability::kYes) verdict_.stuck.clear();
    return std::move(verdict_);
  }

  bool Linearize(std::size_t begin) {
    const std::size_t call = moments_[begin].call;
    std::unique_ptr<SequentialModel> after = model_->Clone();
    ++verdict_.steps;
    if (!after->Step(call)) return false;
    linearized_[call] = '1';
    if (!visited_.emplace(linearized_, after->State()).second) {
      linearized_[call] = '0';
      return false;
    }
    chosen_.push_back({begin, std::exchange(model_, std::move(after))});
    Unlink(begin);
    if (end_of_[call] != 0) {
      Unlink(end_of_[call]);
      --unreturned_;
    }
    return true;
  }

  // Undoes the last choice and returns the moment to try next.
  std::size_t GoBack() {
    Choice last = std::move(chosen_.back());
    chosen_.pop_back();
    const std::size_t call = moments_[last.begin].call;
    model_ = std::move(last.before);
    linearized_[call] = '0';
    if (end_of_[call] != 0) {
      Relink(end_of_[call]);
      ++unreturned_;
    }
    Relink(last.begin);
    return moments_[last.begin].next;
  }

  void Unlink(std::size_t i) {
    moments_[moments_[i].previous].next = moments_[i].next;
    moments_[moments_[i].next].previous = moments_[i].previous;
  }
  // REQUIRES: called in the reverse order of Unlink.
  void Relink(std::size_t i) {
    moments_[moments_[i].previous].next = i;
    moments_[moments_[i].next].previous = i;
  }

  void NoteHowFar() {
    if (!verdict_.stuck.empty() && chosen_.size() <= verdict_.order.size()) return;
    verdict_.order.clear();
    for (const Choice& choice : chosen_) verdict_.order.push_back(moments_[choice.begin].call);
    verdict_.stuck.clear();
    for (std::size_t i = moments_[0].next; i != 0 && moments_[i].begins; i = moments_[i].next) {
      verdict_.stuck.push_back(moments_[i].call);
    }
  }

  std::vector<Moment> moments_;
  std::vector<std::size_t> end_of_;  // the moment in which a call returns; 0: never
  std::unique_ptr<SequentialModel> model_;
  const std::uint64_t budget_;
  std::string linearized_;      // '1' for each linearized call
  std::size_t unreturned_ = 0;  // calls that returned and are not linearized yet
  std::vector<Choice> chosen_;
  std::set<std::pair<std::string, std::string>> visited_;
  LinearizabilityVerdict verdict_;
};

}  // namespace

LinearizabilityVerdict CheckLinearizability(const std::vector<CallSpan>& history,
                                            const SequentialModel& initial, std::uint64_t budget) {
  return Search(history, initial, budget).Run();
}

std::vector<std::vector<std::size_t>> PartitionByKey(const std::vector<std::string>& keys) {
  std::map<std::string, std::vector<std::size_t>> parts;
  for (std::size_t call = 0; call < keys.size(); ++call) parts[keys[call]].push_back(call);
  std::vector<std::vector<std::size_t>> partition;
  for (auto& [key, calls] : parts) partition.push_back(std::move(calls));
  return partition;
}

}  // namespace fencepost::properties
