import Ftrace

/// Gathers from a trace whom the rounds of a transition left unswitched, and how they were switched in the end.
///
///     klp_try_complete_transition {                            for every task that is left
///       klp_try_switch_task(task) {
///         klp_check_and_switch_task(task) = -EADDRINUSE        since 5.16
///       } = false
///
/// A machine has thousands of tasks, a stalled transition thousands of rounds: only those that were refused are kept, and rounds in
/// a row are one. (klp_try_switch_task, kernel/livepatch/transition.c, 4.12 to 7.2)
struct TaskRefusals {
    /// Whom rounds left unswitched, in the order of the trace.
    private(set) var refusals: [TaskRefusal] = []
    /// What the task that runs a round is about.
    private var attempts: [Int: Attempt] = [:]
    /// The refusals of the transition that is going on, by task.
    private var open: [Key: Int] = [:]
    /// The tasks that are within a round.
    private var rounds: Set<Int> = []
    private var hasRounds = false
    /// True once something was seen that parts transitions.
    private var hasBounds = false
    /// Who is within klp_force_transition, which calls klp_update_patch_state for others.
    private var forcer: Int?

    private struct Attempt {
        var task: TracedTask
        var reason: RefusalReason?
        /// True if klp_check_and_switch_task returned 0.
        var isSwitched = false
    }

    private enum Key: Hashable {
        /// Every CPU has an idle task, and the pid of all of them is 0.
        case pid(Int, idle: String?)
        case address(UInt64)
    }

    /// The rounds come once a second, or so: where nothing else parts transitions, what is further apart is not of one.
    /// (round_jiffies_relative(HZ))
    private static let longestPause: Int64 = 10_000_000_000
    /// A damaged trace may name any number of tasks.
    private static let limit = 1 << 16

    /// Takes a step. Returns true if it is of the tasks alone, and need not be kept.
    mutating func take(_ step: TracedStep, number: Int) -> Bool {
        let moment = TraceMoment(place: step.record.place, time: step.record.time, step: number)
        switch step.kind {
        case .entry(let function) where function.isOfLivepatch:
            return enter(function.name, step, moment)
        case .exit(let function) where function.isOfLivepatch:
            return leave(function.name, step, moment)
        case .printed(let text):
            if Self.isBound(line: text) { endTransition() }
            return false
        default: return false
        }
    }

    private mutating func enter(_ function: String, _ step: TracedStep, _ moment: TraceMoment) -> Bool {
        let worker = Self.runner(of: step)
        if function == "klp_force_transition" {
            forcer = worker
        } else if function != "klp_update_patch_state", worker == forcer {
            forcer = nil
        }
        if function == "klp_try_complete_transition" {
            hasRounds = true
            rounds.insert(worker)
        } else if !Self.isOfTasks(function), function != "klp_update_patch_state" {
            rounds.remove(worker)
        }
        switch function {
        case "klp_try_switch_task":
            settle(worker, moment)
            attempts[worker] = Attempt(task: step.arguments.task ?? TracedTask())
            return true
        case "klp_check_and_switch_task", "klp_check_stack":
            if let task = step.arguments.task, attempts[worker]?.task.isNamed != true {
                attempts[worker] = Attempt(task: task)
            }
            return true
        case "klp_update_patch_state":
            switchItself(step, moment)
            return false
        case "klp_init_transition", "klp_start_transition", "klp_complete_transition", "klp_reverse_transition":
            settle(worker, moment)
            endTransition()
            return false
        default:
            settle(worker, moment)
            return false
        }
    }

    private mutating func leave(_ function: String, _ step: TracedStep, _ moment: TraceMoment) -> Bool {
        let worker = Self.runner(of: step)
        guard let result = step.arguments.result.map({ Int32(truncatingIfNeeded: $0) }) else {
            return Self.isOfTasks(function)
        }
        switch function {
        case "klp_check_and_switch_task", "klp_check_stack":
            attempts[worker]?.reason = RefusalReason(errno: result)
            attempts[worker]?.isSwitched = result == 0
            return true
        case "klp_try_switch_task":
            // A bool: only its byte is the function's.
            settle(worker, moment, result: result & 0xFF != 0)
            return true
        default: return false
        }
    }

    static func isOfTasks(_ function: String) -> Bool {
        ["klp_try_switch_task", "klp_check_and_switch_task", "klp_check_stack"].contains(function)
    }

    /// A try is over. Where klp_try_switch_task tells no result, what klp_check_and_switch_task returned is as good.
    private mutating func settle(_ worker: Int, _ moment: TraceMoment, result: Bool? = nil) {
        guard let attempt = attempts.removeValue(forKey: worker) else { return }
        // Since 6.4 a task also tries to switch itself when it is rescheduled: that is no round. (__klp_sched_try_switch)
        if attempt.task.pid == worker || (hasRounds && !rounds.contains(worker)) {
            if result == true, let key = key(attempt.task) { settleItself(key, moment) }
        } else if result ?? attempt.isSwitched {
            succeed(attempt, moment)
        } else if result == false || attempt.reason != nil {
            refuse(attempt, moment)
        }
    }

    private mutating func refuse(_ attempt: Attempt, _ moment: TraceMoment) {
        guard let key = key(attempt.task) else { return }
        if let place = open[key], follows(refusals[place].last, moment), refusals[place].switched == nil {
            refusals[place].count += 1
            refusals[place].last = moment
            refusals[place].reason = attempt.reason
            return
        }
        guard refusals.count < Self.limit else { return }
        open[key] = refusals.count
        refusals.append(
            TaskRefusal(task: attempt.task, reason: attempt.reason, first: moment, last: moment, switched: nil))
    }

    private func follows(_ last: TraceMoment, _ moment: TraceMoment) -> Bool {
        guard !hasBounds, let time = last.time, let later = moment.time else { return true }
        return later.subtractingReportingOverflow(time).partialValue <= Self.longestPause
    }

    private mutating func succeed(_ attempt: Attempt, _ moment: TraceMoment) {
        guard let key = key(attempt.task), let place = open.removeValue(forKey: key), refusals[place].switched == nil
        else {
            return
        }
        refusals[place].switched = TaskSwitch(attempt.isSwitched ? .byRound : .untilRound, moment)
    }

    /// klp_update_patch_state runs in the task that it switches, unless the transition is forced.
    private mutating func switchItself(_ step: TracedStep, _ moment: TraceMoment) {
        guard let runner = step.record.task, Self.runner(of: step) != forcer else { return }
        let told = step.arguments.task
        if let pid = told?.pid, pid != runner.pid { return }
        let idle = runner.pid == 0 ? step.record.cpu.map { "swapper/\($0)" } : nil
        settleItself(.pid(runner.pid, idle: idle), moment)
        guard let address = told?.address, let place = open[.address(address)] else { return }
        refusals[place].task.comm = idle ?? runner.name
        refusals[place].task.pid = runner.pid
        settleItself(.address(address), moment)
    }

    private mutating func settleItself(_ key: Key, _ moment: TraceMoment) {
        if let place = open[key], refusals[place].switched == nil {
            refusals[place].switched = TaskSwitch(.byItself, moment)
        }
    }

    /// The transition ended, turned, or another one begins.
    private mutating func endTransition() {
        open = [:]
        hasBounds = true
    }

    private func key(_ task: TracedTask) -> Key? {
        if let pid = task.pid { return .pid(pid, idle: pid == 0 ? task.comm : nil) }
        return task.address.map(Key.address)
    }

    /// Lines at which a transition begins, turns or ends.
    private static func isBound(line: String) -> Bool {
        line.hasPrefix("livepatch: '") && line.contains("transition")
    }

    private static func runner(of step: TracedStep) -> Int { step.record.task?.pid ?? -2 &- (step.record.cpu ?? -1) }
}
