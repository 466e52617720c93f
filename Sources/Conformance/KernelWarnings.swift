import Livepatch
import Reconstruction
import ReferenceEngine

/// What the kernel itself complains of.
enum KernelWarnings {
    static func findings(_ observations: [Observation]) -> [Finding] {
        observations.compactMap { observation in
            guard observation.event.message == .kernelWarning else { return nil }
            let (rule, severity) = judgement(of: observation.event.name ?? "")
            return Finding(
                rule: rule, severity: severity, subject: .kernelWarning, place: observation, because: nil,
                operation: nil)
        }
    }

    /// A WARN of core.c, transition.c or patch.c is the subsystem contradicting itself; one of shadow.c or state.c blames
    /// the caller; any other is somebody else's.
    private static func judgement(of file: String) -> (RuleID, Finding.Severity) {
        guard file.contains("kernel/livepatch/") else { return (.kernelWarning, .note) }
        if file.hasSuffix("shadow.c") { return (.duplicateShadowVariable, .warning) }
        if file.hasSuffix("state.c") { return (.warningInStates, .warning) }
        return (.kernelWarning, .error)
    }
}
