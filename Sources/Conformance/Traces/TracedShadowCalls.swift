import Ftrace
import Livepatch
import LivepatchTrace
import ReferenceEngine

/// The calls of the shadow variable API that a trace shows with their arguments, in the order of their entries.
///
/// Entries and returns of one task are put together; calls that the API makes of itself (klp_shadow_get within
/// __klp_shadow_get_or_alloc, klp_shadow_free_struct within klp_shadow_free and klp_shadow_free_all; kernel/livepatch/shadow.c,
/// linux-4.15 to 6.12) are none of a module's. Neither are those that a constructor makes: it runs within the call.
struct TracedShadowCalls {
    /// The calls.
    private(set) var calls: [TracedShadowCall] = []
    /// How many calls there are, those without arguments included.
    private(set) var count = 0
    /// The functions of which the trace shows calls: what it does not show may have been called too.
    private(set) var traced: Set<ShadowCall.Function> = []
    /// The functions that were seen to enter klp_shadow_free_struct: the compiler has not inlined it there.
    private(set) var showDestruction: Set<ShadowCall.Function> = []
    /// True if klp_shadow_free_struct was entered by a call that the trace does not show.
    private(set) var hasStrayDestruction = false

    private let probes: TracedShadowProbes
    private var lanes: [TracedLane: Lane] = [:]
    /// The functions of which some calls show no arguments.
    private var nameless: Set<ShadowCall.Function> = []

    private struct Lane {
        /// The calls that run, outermost first; nil for one of the API's own.
        var running: [(function: ShadowCall.Function, call: Int?)] = []
    }

    init(_ steps: [TracedStep]) {
        probes = TracedShadowProbes(steps)
        guard probes.tellCalls else {
            count = probes.callsWithoutArguments
            return
        }
        // There may be very many, and an array that grows stands in memory twice.
        calls.reserveCapacity(steps.count { if case .entry = probes.role(of: $0) { true } else { false } })
        for (number, step) in steps.enumerated() where step.record.instance == probes.instance {
            let moment = TracedShadowCall.Moment(number, step)
            switch probes.role(of: step) {
            case .entry(let function): enter(function, step, moment)
            case .exit(let function): leave(function, step.arguments.result, moment)
            case .destruction: destroy(moment.lane)
            case .other: pass(step, moment)
            case .ignored: break
            }
        }
        traced.subtract(nameless)
        forgetStrayDestructions()
        if !probes.tellPointers { forgetResults() }
    }

    /// Where a call that frees is not traced, what it destroys looks like a part of the call before it.
    private mutating func forgetStrayDestructions() {
        let isClear = traced.isSuperset(of: [.free, .freeAll]) || probes.showReturn.isSuperset(of: traced)
        guard hasStrayDestruction || !isClear else { return }
        showDestruction = []
        for place in calls.indices { calls[place].destroyed = 0 }
    }

    /// A probe that fetched less than a pointer tells no pointers.
    private mutating func forgetResults() {
        for place in calls.indices { calls[place].result = nil }
    }

    private mutating func enter(_ function: ShadowCall.Function, _ step: TracedStep, _ moment: TracedShadowCall.Moment)
    {
        traced.insert(function)
        var lane = lanes[moment.lane] ?? Lane()
        defer { lanes[moment.lane] = lane }
        endUnreturned(&lane, at: moment, by: function)
        let isInternal =
            function == .get && lane.running.contains { $0.function == .alloc || $0.function == .getOrAlloc }
        guard !isInternal else { return lane.running.append((function, nil)) }
        count += 1
        guard let key = TracedShadowProbes.key(of: function, step) else {
            nameless.insert(function)
            return lane.running.append((function, nil))
        }
        calls.append(
            TracedShadowCall(function: function, key: key, caller: step.record.task?.name ?? "?", start: moment))
        lane.running.append((function, calls.count - 1))
    }

    private mutating func leave(_ function: ShadowCall.Function, _ result: Int64?, _ moment: TracedShadowCall.Moment) {
        guard var lane = lanes[moment.lane],
            let place = lane.running.lastIndex(where: { $0.function == function })
        else { return }
        // Returns of what was called within it were missed.
        for missed in lane.running[(place + 1)...] { end(missed.call, at: moment) }
        let call = lane.running[place].call
        lane.running.removeSubrange(place...)
        end(call, at: moment)
        if let call, let result, function != .free, function != .freeAll {
            calls[call].result = TracedPointer(value: result)
        }
        lanes[moment.lane] = lane
    }

    private mutating func destroy(_ name: TracedLane) {
        let running = lanes[name]?.running.last { $0.function == .free || $0.function == .freeAll }
        guard let running else { return hasStrayDestruction = true }
        showDestruction.insert(running.function)
        if let call = running.call { calls[call].destroyed += 1 }
    }

    /// Something else that the task did. No call lasts longer than the system call in which it is made; other functions may run
    /// while it is preempted.
    private mutating func pass(_ step: TracedStep, _ moment: TracedShadowCall.Moment) {
        guard case .systemCall = step.kind, let lane = lanes.removeValue(forKey: moment.lane) else { return }
        for running in lane.running { end(running.call, at: moment) }
    }

    /// Ends calls whose return is not traced, if the task's next call tells that they are over.
    ///
    /// A constructor, which runs within klp_shadow_alloc, and a destructor, which runs within klp_shadow_free_all while other
    /// variables are still to be freed, may call klp_shadow_get, which takes no lock. Everything else waits for klp_shadow_lock.
    /// klp_shadow_free has taken its variable away before the destructor runs, so what follows sees it as if it were over.
    /// (kernel/livepatch/shadow.c, linux-4.18 to 6.12)
    private mutating func endUnreturned(
        _ lane: inout Lane, at moment: TracedShadowCall.Moment, by function: ShadowCall.Function
    ) {
        while let last = lane.running.last, !probes.showReturn.contains(last.function) {
            let isOver =
                switch last.function {
                case .get, .free: true
                case .alloc, .getOrAlloc: function != .get
                case .freeAll:
                    function != .get || last.call.map { !probes.mayCallDestructor(calls[$0].start.step) } ?? true
                }
            guard isOver else { return }
            end(last.call, at: moment)
            lane.running.removeLast()
        }
    }

    private mutating func end(_ call: Int?, at moment: TracedShadowCall.Moment) {
        if let call { calls[call].end = moment }
    }
}
