import Livepatch
import LivepatchTrace

/// A call of a function, from its entry to its return.
struct TracedCall: Hashable, Sendable {
    /// The function.
    let function: String
    /// The steps of the trace at which it was entered and left.
    let entry: Int
    let exit: Int
    /// The arguments at its entry.
    let arguments: StepArguments
    /// What it returned; nil if the trace does not tell.
    let result: Int?
    /// True if klp_init_transition was entered within.
    var hasBegun = false
}

extension TraceView {
    /// The number as the C int that it is, whatever type a probe gave it.
    static func errno(_ result: Int64) -> Int { Int(Int32(truncatingIfNeeded: result)) }

    /// The calls of the named functions of livepatch whose entry and return both were traced, by their returns. A call belongs to
    /// a task; where the trace does not show tasks there are none.
    func calls(of functions: Set<String>) -> [TracedCall] {
        struct Open { var function: String, entry: Int, hasBegun = false }
        var open: [Int: [Open]] = [:]
        var calls: [TracedCall] = []
        for (index, step) in steps.enumerated() {
            guard let task = step.record.task?.pid else { continue }
            switch step.kind {
            case .entry(let function) where function.isOfLivepatch:
                if function.name == "klp_init_transition" {
                    for place in open[task, default: []].indices { open[task]?[place].hasBegun = true }
                }
                guard functions.contains(function.name) else { continue }
                // No function of livepatch calls itself: an entry without its return was lost.
                open[task, default: []].removeAll { $0.function == function.name }
                open[task, default: []].append(Open(function: function.name, entry: index))
            case .exit(let function) where functions.contains(function.name):
                guard let place = open[task]?.lastIndex(where: { $0.function == function.name }),
                    let call = open[task]?.remove(at: place)
                else { continue }
                calls.append(
                    TracedCall(
                        function: call.function, entry: call.entry, exit: index,
                        arguments: steps[call.entry].arguments, result: step.arguments.result.map(Self.errno),
                        hasBegun: call.hasBegun))
            default: break
            }
        }
        return calls
    }
}
