import Livepatch

/// struct klp_feature of features-2019: something that the callbacks of a patch have done and a later patch has to know of.
public struct Feature: Hashable, Sendable {
    /// klp_feature.version.
    public var version: UInt
    /// The patch whose callbacks answer for it now (the owner of klp_feature.obj).
    public var patch: String

    /// Puts a `Feature` together from its parts.
    public init(version: UInt, patch: String) {
        self.version = version
        self.patch = patch
    }
}

/// What the callbacks of a patch's first object do about features, after the example of the discussion.
extension ReferenceEngine {
    /// klp_feature_alloc, the take-over in post_patch, klp_feature_free.
    func updateFeatures(_ kind: CallbackKind, of patch: String, _ step: inout Step) {
        guard policies.stateCompatibility == .currentFeatures else { return }
        for entry in description(patch).states ?? [] {
            let feature = step.state.features[entry.id]
            switch kind {
            case .prePatch where feature == nil:
                step.state.features[entry.id] = Feature(version: entry.version, patch: patch)
            case .postPatch:
                step.state.features[entry.id] = entry.isRetired ? nil : Feature(version: entry.version, patch: patch)
            case .postUnpatch where feature?.patch == patch:
                step.state.features[entry.id] = nil
            case .prePatch, .preUnpatch, .postUnpatch: break
            }
        }
    }

    /// True if the patch supports every current feature in its version or a newer one.
    func supportsFeatures(_ patch: LivepatchDescription, _ state: EngineState) -> Bool {
        state.features.allSatisfy { id, feature in patch.state(id).map { $0.version >= feature.version } ?? false }
    }
}
