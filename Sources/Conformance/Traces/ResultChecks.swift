import KernelLog
import Livepatch
import LivepatchTrace
import Reconstruction
import ReferenceEngine

/// A livepatch that the kernel refused without a line, as a trace shows it by what klp_enable_patch returned.
public struct TracedRefusal: Hashable, Sendable {
    /// The livepatch.
    public var patch: String
    /// The errno, negative.
    public var errno: Int
    /// The return.
    public var place: Observation
    /// The livepatch that was in transition, if that is why.
    public var busyWith: String?
    /// The line that began that transition; nil if it lies before the log.
    public var since: Observation?
}

/// Holds what functions return against what their lines say and what the model says of the time.
///
/// klp_enable_patch returns 0 once the patching has started, and what made it fail otherwise. -EBUSY, before anything is printed,
/// says that klp_transition_patch is set (__klp_enable_patch, 5.1 to 7.2). klp_module_coming returns 0, or refuses the module with
/// the errno that it prints.
struct ResultChecks {
    let view: TraceView
    let observations: [Observation]
    let timeline: StateTimeline
    /// Observations from here on prove nothing: the kernel had crashed.
    let crash: Int
    private(set) var findings: [Finding] = []
    private(set) var refusals: [TracedRefusal] = []

    /// -EBUSY.
    private static let busy = -16

    init(_ view: TraceView, _ observations: [Observation], _ timeline: StateTimeline, crash: Int) {
        self.view = view
        self.observations = observations
        self.timeline = timeline
        self.crash = crash
        for call in view.calls(of: ["klp_enable_patch", "klp_module_coming"]) {
            guard let result = call.result, view.position(of: call.exit) <= crash else { continue }
            if call.function == "klp_enable_patch" { enable(call, result) } else { coming(call, result) }
        }
    }

    /// What the trace shows while the call ran.
    private func within(_ call: TracedCall) -> [Observation] {
        view.shown(between: call.entry, and: call.exit, observations)
    }

    // MARK: - klp_enable_patch

    private mutating func enable(_ call: TracedCall, _ result: Int) {
        let lines = within(call)
        let patch = call.arguments.patch ?? lines.first { $0.event.message == .enabling }?.event.patch
        guard let patch else { return }
        let own = lines.filter { $0.event.patch == patch }
        let started = own.first { $0.event.message == .starting && $0.event.direction == .patching }
        let failed = own.first { $0.event.message == .enableFailed }
        if result == 0, let failed { return contradict(call, patch, result, failed) }
        if result != 0, let started { return contradict(call, patch, result, started) }
        let hasBegun = call.hasBegun || own.contains { $0.event.message == .enabling }
        if result != 0, !hasBegun { refuse(call, patch, result) }
    }

    private mutating func refuse(_ call: TracedCall, _ patch: String, _ errno: Int) {
        let place = view.citation(of: call.exit)
        var refusal = TracedRefusal(patch: patch, errno: errno, place: place)
        if errno == Self.busy {
            let running =
                timeline.transition(at: view.position(of: call.entry))
                ?? timeline.transition(at: view.position(of: call.exit))
            refusal.busyWith = running?.patch
            refusal.since = running?.since
            // Whoever waited for klp_mutex may have found a transition that came and went meanwhile.
            let start = view.position(of: call.entry)
            let end = view.latestPosition(of: call.exit, in: observations)
            let mayHaveMissedOne =
                observations[start..<max(start, end)].contains { $0.event.message.belongsToSection }
                || timeline.transition(at: end) != nil
            let isKnown = timeline.state(before: start) != nil && !view.isLossy && view.showsEnds(observations)
            if running == nil, isKnown, !mayHaveMissedOne {
                return findings.append(
                    Finding(.busyOnlyInTransition, .busyWithoutTransition(patch: patch), at: place, because: nil))
            }
        }
        refusals.append(refusal)
    }

    // MARK: - klp_module_coming

    private mutating func coming(_ call: TracedCall, _ result: Int) {
        let lines = within(call)
        guard let module = call.arguments.module ?? lines.lazy.compactMap({ $0.event.object }).first else { return }
        let own = lines.filter { $0.event.object == module }
        let refused = own.first { $0.event.message == .refusing }
        if result == 0, let refused { return contradict(call, module, result, refused) }
        let cause = own.first { [.applyFailed, .initializeFailed].contains($0.event.message) && $0.isPrinted }
        if result != 0, let cause, let printed = cause.event.number, printed != result {
            contradict(call, module, result, cause)
        }
    }

    private mutating func contradict(_ call: TracedCall, _ name: String, _ errno: Int, _ line: Observation) {
        // Of two calls with the end of one and the beginning of the other lost one would be made.
        guard !view.isLossy else { return }
        let fault = TraceFault.result(
            function: call.function, of: name, errno: errno, contradicts: line.event.message)
        findings.append(Finding(.resultTellsOutcome, fault, at: view.citation(of: call.exit), because: line))
    }
}
