import Livepatch
import Reconstruction
import ReferenceEngine

/// What the pass concludes.
extension ShadowPass {
    /// A difference: a finding, unless something else explains it or it follows from the one before.
    mutating func report(
        _ fault: ShadowFault, because witness: Observation?, _ operation: Operation?, _ caller: inout ShadowCaller
    ) {
        let excuse: Undecided.Reason? =
            isUnordered ? .unorderedSource : current >= crash ? .crash : caller.cut ?? fault.excuse
        if let excuse {
            open(excuse, fault.place, caller)
        } else if !caller.isDisturbed {
            findings.append(
                Finding(
                    rule: fault.rule, severity: .error, subject: fault.subject.printed(by: caller), place: fault.place,
                    because: witness, operation: operation))
            caller.isDisturbed = true
        }
        forget(&caller)
    }

    /// Leaves open what a module did; once for each reason.
    mutating func open(_ reason: Undecided.Reason, _ place: Observation, _ caller: ShadowCaller) {
        guard opened.insert(Opened(reason: reason, caller: caller.name)).inserted else { return }
        undecided.append(Undecided(reason: reason, patch: caller.name, missing: [], place: place))
    }

    /// After a contradiction nobody knows which of the lines told the truth.
    mutating func forget(_ caller: inout ShadowCaller) {
        knowledge.forget { caller.names($0) }
        caller.loseTrack()
        caller.use.left = nil
    }
}

extension Finding.Subject {
    /// With pointers as the module prints them.
    fileprivate func printed(by caller: ShadowCaller) -> Finding.Subject {
        func printed(_ expectation: Expectation) -> Expectation {
            var result = expectation
            result.event = caller.printed(expectation.event)
            return result
        }
        switch self {
        case .missing(let expectations): return .missing(expectations.map(printed))
        case .insteadOf(let expectation): return .insteadOf(printed(expectation))
        default: return self
        }
    }
}
