import KernelLog
import Livepatch
import LivepatchTrace
import Reconstruction
import ReferenceEngine

/// Looks for two tasks that are at work under klp_mutex at once: the functions of a trace bracket what each of them does.
///
///     klp_init_transition ... klp_start_transition        __klp_enable_patch, __klp_disable_patch
///     klp_complete_transition { ... }                     klp_try_complete_transition
///
/// The clocks of two CPUs need not agree to the microsecond (trace_clock `local`), so a little overlap proves nothing, and time
/// alone never makes an error.
struct Interleaving {
    private(set) var findings: [Finding] = []

    /// So far, in nanoseconds, another task's function must lie within the bracket at both ends.
    private static let margin: Int64 = 1_000_000

    /// A bracket that is open: since which step, and the first function of another task that runs well within.
    private struct Bracket {
        let function: String
        let step: Int
        let time: Int64
        var stranger: (step: Int, time: Int64)?
    }

    init(_ view: TraceView) {
        guard !view.isLossy else { return }
        var open: [Int: Bracket] = [:]
        for (index, step) in view.steps.enumerated() {
            guard let task = step.record.task?.pid, let time = step.record.time else { continue }
            switch step.kind {
            case .entry(let function) where function.needsMutex:
                for (other, bracket) in open where other != task && bracket.stranger == nil {
                    if time &- bracket.time > Self.margin { open[other]?.stranger = (index, time) }
                }
                guard Self.bounds.contains(function.name) else { continue }
                if let bracket = open.removeValue(forKey: task), Self.ends(bracket.function, with: function.name) {
                    close(bracket, time, view)
                }
                if Self.begins.contains(function.name) {
                    open[task] = Bracket(function: function.name, step: index, time: time)
                }
            case .exit(let function) where function.name == "klp_complete_transition" && function.isOfLivepatch:
                if let bracket = open.removeValue(forKey: task) { close(bracket, time, view) }
            default: break
            }
        }
    }

    private mutating func close(_ bracket: Bracket, _ end: Int64, _ view: TraceView) {
        guard let stranger = bracket.stranger, end &- stranger.time > Self.margin,
            let other = view.steps[stranger.step].function?.name
        else { return }
        findings.append(
            Finding(
                .sectionsDoNotInterleave, .interleaved(function: other, within: bracket.function), severity: .warning,
                at: view.citation(of: stranger.step), because: view.citation(of: bracket.step)))
    }

    private static let begins: Set<String> = ["klp_init_transition", "klp_complete_transition"]

    /// A task that enters one of these is in no bracket from before: the functions do not call one another, but for a failed enabling,
    /// which klp_cancel_transition ends.
    private static let bounds = begins.union([
        "klp_start_transition", "klp_cancel_transition", "klp_reverse_transition", "klp_force_transition",
        "klp_try_complete_transition",
    ])

    private static func ends(_ first: String, with function: String) -> Bool {
        first == "klp_init_transition" && (function == "klp_start_transition" || function == "klp_cancel_transition")
    }
}
