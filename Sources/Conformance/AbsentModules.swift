import Livepatch
import Reconstruction
import ReferenceEngine

/// Callbacks of a module that has left: its exit function has printed, or livepatch has reverted it, and neither its init
/// function nor `applying patch` has printed since.
///
/// Only a module that has been seen to print in its init function is followed: another may come back in silence.
enum AbsentModules {
    static func findings(_ observations: [Observation], _ sections: [Section], crash: Int) -> [Finding] {
        let talkative = Set(observations.filter { $0.event.message == .moduleInit }.compactMap(\.event.object))
        let inTransitions = Set(sections.filter(\.isTransition).flatMap(\.observations).map(\.index))
        var absentSince: [String: Observation] = [:]
        var findings: [Finding] = []
        for observation in observations where observation.index < crash {
            if observation.gap != nil { absentSince = [:] }
            guard let module = observation.event.object, talkative.contains(module) else { continue }
            switch observation.event.message {
            case .moduleExit, .reverting: absentSince[module] = observation
            case .moduleInit, .applying: absentSince[module] = nil
            case .callback where inTransitions.contains(observation.index):
                guard let since = absentSince.removeValue(forKey: module) else { continue }
                findings.append(
                    Finding(
                        rule: .callbackOfAbsentModule, severity: .error, subject: .unexpected, place: observation,
                        because: since, operation: nil))
            default: break
            }
        }
        return findings
    }
}

extension Section {
    /// True for sections about a patch's transition, not about a module that comes or goes.
    fileprivate var isTransition: Bool {
        switch kind {
        case .enabling, .disabling, .completing: true
        default: false
        }
    }
}
