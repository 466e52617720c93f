import Livepatch
import Reconstruction
import ReferenceEngine

/// An error of kernel/livepatch/patch.c is the reason of a failure that is printed right after it: klp_patch_object
/// returns the error to __klp_enable_patch or klp_module_coming, and these complain at once.
enum PatchErrors {
    static func findings(_ observations: [Observation], crash: Int) -> [Finding] {
        observations.compactMap { observation in
            guard observation.event.message.isPatchError, observation.index < crash else { return nil }
            let next = observations[(observation.index + 1)...].first {
                $0.event.message.belongsToSection || $0.gap != nil
            }
            guard let next, next.gap == nil, !next.event.message.isAnswerToPatchError else { return nil }
            return Finding(
                rule: .failedEnableHasCause, severity: .error, subject: .unexpected, place: observation, because: nil,
                operation: nil)
        }
    }
}

extension Livepatch.MessageID {
    fileprivate var isPatchError: Bool {
        self == .locationNotFound || self == .filterFailed || self == .handlerFailed
    }

    fileprivate var isAnswerToPatchError: Bool {
        self == .patchObjectFailed || self == .applyFailed || self == .enableFailed || self == .revertFailed
    }
}
