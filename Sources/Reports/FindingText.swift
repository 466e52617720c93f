import Conformance
import Livepatch
import Reconstruction
import ReferenceEngine

/// A finding in words: what, where, why, and what to do next.
struct FindingText {
    let finding: Finding
    let generations: [Generation]

    /// One line that names the fault.
    var title: String {
        switch finding.subject {
        case .missing(let expectations):
            let lines = Words.list(expectations.map { Words.event($0.event, in: generations) })
            return "\(lines) \(expectations.count == 1 ? "is" : "are") missing when \(operation)"
        case .unexpected:
            if finding.rule == .oneDialectPerBoot { return "the line belongs to another kernel's livepatch" }
            return "unexpected \(event)\(finding.operation == nil ? "" : " when \(operation)")"
        case .outOfOrder: return "\(event) out of order when \(operation)"
        case .insteadOf(let expectation):
            return "\(event) instead of \(Words.event(expectation.event, in: generations))"
        case .forbidden(let objection): return forbidden(objection)
        case .kernelWarning:
            return finding.severity == .note ? "the kernel warns, not of livepatch" : "the kernel warns of livepatch"
        case .asymmetric(let patch, let object, let seen):
            return
                "'\(patch)' runs \(seen.rawValue) of '\(object)', but never its counterpart \(seen.counterpart.rawValue)"
        case .wrongModuleState(let expected):
            return "\(event) says \(finding.place?.event.moduleState?.rawValue ?? "?") where \(expected.rawValue) holds"
        case .moduleOrder: return "the module's own line and livepatch's are in the wrong order when \(operation)"
        case .trace(let fault): return TraceText.title(fault)
        }
    }

    /// Further lines, each with its label.
    var reasons: [(label: String, text: String)] {
        var lines: [(String, String)] = []
        switch finding.subject {
        case .missing(let expectations):
            for expectation in expectations {
                lines.append(("expected before it:", Words.line(expectation.event, in: generations)))
            }
        case .insteadOf(let expectation):
            lines.append(("expected here:", Words.line(expectation.event, in: generations)))
        case .outOfOrder(let after):
            if after == nil { lines.append(("expected here:", "the line first of all")) }
        case .forbidden(let objection):
            if let other = objection.other { lines.append(("in the way:", "'\(other)'")) }
        default: break
        }
        return lines
    }

    private var operation: String { Words.operation(finding.operation) }
    private var event: String { finding.place.map { Words.event($0.event, in: generations) } ?? "a line" }

    private func forbidden(_ objection: Objection) -> String {
        let done = operation
        switch objection.rule {
        case .oneTransitionAtATime: return "\(done) while '\(objection.other ?? "?")' is in transition"
        case .enablingOfEnabledPatch: return "\(done), which is enabled already"
        case .unpatchingNeedsEnabledPatch: return "\(done), which is not enabled"
        case .reversalNeedsTransition: return "\(done), which is not in transition"
        case .completionNeedsStart: return "\(done), which has none"
        case .stackOrder: return "\(done) although '\(objection.other ?? "?")', enabled later, is still enabled"
        case .signalNeedsTransition: return "\(done) without a transition, or twice in one"
        case .forceNeedsTransition: return "\(done) without a transition"
        case .statesDecideCompatibility:
            if case .refuseEnable? = finding.operation { return "\(done), although its states are compatible" }
            return "\(done), although its states are not compatible"
        case .disableIsBlocked:
            if case .refuseDisable? = finding.operation {
                return "\(done), of which nothing says so, or which is not enabled"
            }
            return "\(done), which has a state that cannot be undone"
        case .applyOnce: return "\(done), which is loaded already"
        case .failedEnableHasCause: return "\(done) without a cause"
        default: return "\(done), which the kernel does not do in this state"
        }
    }
}
