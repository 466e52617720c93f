import Livepatch
import Reconstruction
import ReferenceEngine

/// pre_patch belongs with post_unpatch, post_patch with pre_unpatch. A livepatch may define one without the other; more
/// often a line is missing, or a livepatch forgets to undo what it did.
enum CallbackSymmetry {
    static func findings(
        _ observations: [Observation], _ sections: [Section], _ facts: Facts, _ visibility: Visibility
    ) -> [Finding] {
        let patches = Set(sections.flatMap(\.events).compactMap(\.patch)).subtracting(facts.described)
            .subtracting(visibility.silentCallbacks)
        return patches.sorted().flatMap { patch in
            facts.seenCallbacks(of: patch).sorted { $0.key < $1.key }.flatMap { object, kinds in
                kinds.sorted { $0.rawValue < $1.rawValue }.compactMap { kind -> Finding? in
                    guard !kinds.contains(kind.counterpart),
                        hadOccasion(for: kind.counterpart, patch, object, observations, sections)
                    else { return nil }
                    let witness = observations.first {
                        $0.event.patch == patch && $0.event.object == object && $0.event.callback == kind
                    }
                    return Finding(
                        rule: .callbacksComeInPairs, severity: .warning,
                        subject: .asymmetric(patch: patch, object: object, seen: kind), place: witness, because: nil,
                        operation: nil)
                }
            }
        }
    }

    /// True if the log holds an operation in which the callback would have run for the object.
    private static func hadOccasion(
        for kind: CallbackKind, _ patch: String, _ object: String, _ observations: [Observation], _ sections: [Section]
    ) -> Bool {
        let shown = observations.filter { $0.event.patch == patch }.map(\.event)
        switch kind {
        case .prePatch: return shown.contains { $0.message == .enabling }
        case .postPatch: return shown.contains { $0.message == .complete && $0.direction == .patching }
        case .preUnpatch:
            return shown.contains { $0.message == .starting && $0.direction == .unpatching }
                && shown.contains { $0.message == .complete && $0.direction == .patching }
        case .postUnpatch: return shown.contains { $0.message == .complete && $0.direction == .unpatching }
        }
    }
}
