import Ftrace
import Livepatch
import LivepatchTrace
import ReferenceEngine

/// One call of the shadow variable API as a trace shows it: from the step of its entry to that of its return.
struct TracedShadowCall {
    /// Where and when a step was recorded.
    struct Moment {
        /// The step's number.
        let step: Int
        let time: Int64?
        let cpu: Int?
        let lane: TracedLane

        init(_ number: Int, _ step: TracedStep) {
            self.step = number
            time = step.record.time
            cpu = step.record.cpu
            lane = TracedLane(step.record)
        }

        /// True if it was later, whatever CPU's clock is ahead.
        ///
        /// The clocks of two CPUs need not agree: those of the default trace clock (`local`) may be a tick apart.
        /// (Documentation/trace/ftrace.rst, trace_clock; kernel/sched/clock.c)
        func isSurelyAfter(_ other: Moment) -> Bool {
            guard let time, let earlier = other.time else { return false }
            return time - earlier >= Self.clockSkew
        }

        /// One tick of the slowest kernel (CONFIG_HZ=100), in nanoseconds.
        private static let clockSkew: Int64 = 10_000_000
    }

    let function: ShadowCall.Function
    /// The object and the id; the object means nothing to klp_shadow_free_all.
    let key: ShadowVariables.Key
    /// What runs: the task's comm.
    let caller: String
    let start: Moment
    /// When it was over at the latest; nil if nothing tells.
    var end: Moment?
    /// What it returned; nil if nothing tells.
    var result: TracedPointer?
    /// How often it entered klp_shadow_free_struct.
    var destroyed = 0

    /// The step that a finding cites: the return, if there is one.
    var cited: Int { result == nil ? start.step : end?.step ?? start.step }

    /// True if the call was surely over before the other began. What one CPU or one task records is in order.
    func precedes(_ other: TracedShadowCall) -> Bool {
        guard let end else { return false }
        if other.start.isSurelyAfter(end) { return true }
        guard end.step <= other.start.step else { return false }
        return end.lane == other.start.lane || end.cpu != nil && end.cpu == other.start.cpu
    }

    /// The call as the engine performs it.
    ///
    /// - Parameter result: the pointer that a new variable would have; NULL stands for a constructor that fails.
    func call(returning result: TracedPointer) -> ShadowCall {
        ShadowCall(
            caller: caller, function, object: key.object, id: key.id,
            constructor: result.isNull ? .fails("constructor", errno: 0) : .succeeds("constructor"),
            destructor: "destructor", newData: result.text)
    }
}

/// A pointer of a trace.
struct TracedPointer: Hashable {
    let value: Int64

    var isNull: Bool { value == 0 }
    /// `0xff15597e873397f0`; for the engine the null pointer's own name.
    var text: String { isNull ? ShadowArguments.null : "0x" + String(UInt64(bitPattern: value), radix: 16) }
}

/// What runs one function after the other: a task; for the idle tasks, which share the pid 0, their CPU.
struct TracedLane: Hashable {
    private let pid: Int?
    private let cpu: Int?

    init(_ record: TraceRecord) {
        pid = record.task?.pid
        cpu = pid == 0 ? record.cpu : nil
    }

    /// True if the trace does not tell tasks apart.
    var isShared: Bool { pid == nil || pid == 0 && cpu == nil }
}
