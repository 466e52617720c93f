import Ftrace
import KernelLog
import Livepatch
import LivepatchTrace
import Reconstruction
import Timeline

/// Who kept a transition from its end: what debug lines say, what the functions of a round returned, and what the scheduler did with
/// the tasks meanwhile.
struct Blockers {
    let observations: [Observation]
    let views: [TraceView]

    /// The blockers of the transition between two observations, most rounds first.
    func between(_ start: Observation?, _ end: Observation?) -> [Blocker] {
        let range = (start?.index ?? 0)..<max(start?.index ?? 0, end?.index ?? observations.count)
        guard range.upperBound <= observations.count else { return [] }
        var counts: [Blocker: (count: Int, last: Observation)] = [:]
        for observation in observations[range] {
            guard let blocker = Blocker(observation.event) else { continue }
            counts[blocker] = (counts[blocker].map { $0.count + 1 } ?? 1, observation)
        }
        var blockers = counts.map { blocker, seen in
            var blocker = blocker
            blocker.count = seen.count
            addActivity(&blocker, at: seen.last.record.time?.microseconds)
            return blocker
        }
        for view in views { add(view, start, end, to: &blockers) }
        for place in blockers.indices { addSignal(&blockers[place], start, end) }
        return blockers.sorted { ($1.count, $0.task) < ($0.count, $1.task) }
    }

    /// What a trace tells of tasks that lines name, and the tasks that none names.
    private func add(_ view: TraceView, _ start: Observation?, _ end: Observation?, to blockers: inout [Blocker]) {
        var told: [String: Blocker] = [:]
        for refusal in view.refusals(from: start, to: end) {
            var blocker = Blocker(refusal)
            // A transition that turns round asks a task again.
            blocker.count += told[blocker.task]?.count ?? 0
            blocker.switched = refusal.switched.map { view.switched($0) }
            addActivity(&blocker, at: view.microseconds(refusal.last.time))
            told[blocker.task] = blocker
        }
        let known = Set(blockers.map(\.task))
        for place in blockers.indices where blockers[place].switched == nil {
            blockers[place].switched = told[blockers[place].task]?.switched
        }
        blockers += told.values.filter { !known.contains($0.task) }
    }

    private func addActivity(_ blocker: inout Blocker, at time: Int64?) {
        guard let pid = blocker.pid, pid > 0, let time else { return }
        for view in views where blocker.activity == nil { blocker.activity = view.activity(of: pid, at: time) }
    }

    /// The last signal within the transition, up to the task's switch.
    private func addSignal(_ blocker: inout Blocker, _ start: Observation?, _ end: Observation?) {
        guard let pid = blocker.pid, pid > 0 else { return }
        let switched = blocker.switched?.place ?? end?.record
        let from = start?.record.time?.microseconds ?? .min
        let until = switched?.time?.microseconds ?? .max
        for view in views where blocker.signal == nil {
            blocker.signal = view.signal(to: pid, from: from, until: until)
        }
    }
}

extension TraceView {
    /// A time of the trace's clock on the boot's, in microseconds.
    func microseconds(_ time: Int64?) -> Int64? { time.map { $0 / 1000 - offset } }

    private func time(_ microseconds: Int64) -> Int64? {
        let (sum, overflow) = microseconds.addingReportingOverflow(offset)
        let (product, excess) = sum.multipliedReportingOverflow(by: 1000)
        return overflow || excess ? nil : product
    }

    /// Those refused between two observations.
    func refusals(from start: Observation?, to end: Observation?) -> [TaskRefusal] {
        refusals.filter { refusal in
            isBehind(refusal.last, start) && !isBehind(refusal.first, end, otherwise: false)
        }
    }

    /// True if the moment comes behind the observation: by stamps if both have them, or else by what the trace shows of its order.
    private func isBehind(_ moment: TraceMoment, _ observation: Observation?, otherwise: Bool = true) -> Bool {
        guard let observation else { return otherwise }
        if hasClock, let time = microseconds(moment.time), let other = observation.record.time, other.clock == .boot {
            return time >= other.microseconds
        }
        return position(of: moment) > observation.index
    }

    fileprivate func switched(_ switched: TaskSwitch<TraceMoment>) -> TaskSwitch<LogRecord> {
        TaskSwitch(switched.way, record(switched.place.place, switched.place.time))
    }

    fileprivate func activity(of pid: Int, at microseconds: Int64) -> Blocker.Activity? {
        guard hasClock, let time = time(microseconds), let span = schedule.span(of: pid, at: time) else { return nil }
        return Blocker.Activity(state: span.state, since: span.since.map { record($0.place, $0.time) })
    }

    fileprivate func signal(to pid: Int, from start: Int64, until end: Int64) -> Blocker.Signal? {
        guard hasClock, start <= end,
            let signal = schedule.signals(to: pid).last(where: { signal in
                microseconds(signal.mark.time).map { (start...end).contains($0) } ?? false
            })
        else { return nil }
        return Blocker.Signal(
            number: signal.number, sender: signal.sender, place: record(signal.mark.place, signal.mark.time))
    }

    private func record(_ place: TracePlace, _ time: Int64?) -> LogRecord {
        LogRecord(
            place: Place(place), time: microseconds(time).map { LogTime(clock: .boot, microseconds: $0) }, message: "")
    }
}
