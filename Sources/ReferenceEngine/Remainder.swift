import Livepatch

/// The operations of one line.
extension ReferenceEngine {
    /// klp_send_signals. Automatic after 15 rounds since 5.1, and said only once; any write to `signal` in 4.16 to 5.0.
    func signal(_ step: inout Step) {
        let isRepeated = step.state.transition?.isSignalled == true && policies.signals == .automatic
        if step.state.transition == nil || isRepeated { step.object(to: .signalNeedsTransition) }
        step.state.transition?.isSignalled = true
        step.expect(Event(.signaling), .signalNeedsTransition)
    }

    /// klp_force_transition: every task counts as switched; completion follows with the next round.
    func force(_ step: inout Step) {
        if step.state.transition == nil { step.object(to: .forceNeedsTransition) }
        step.expect(Event(.forcing), .forceNeedsTransition)
    }

    /// klp_enable_patch says that the patch's states are not compatible.
    func refuseEnable(_ patch: String, _ step: inout Step) {
        if isCompatible(patch, with: step.state) == true { step.object(to: .statesDecideCompatibility) }
        step.expect(Event(.incompatible, patch: patch), .statesDecideCompatibility)
    }

    /// klp_is_patch_compatible (linux-5.5): every state of every listed patch must be known to the new patch at the same
    /// or a newer version; a state that it does not know matters only to a patch that replaces.
    /// Nil if the generation does not ask, or the manifest does not describe the patches concerned.
    public func isCompatible(_ patch: String, with state: EngineState) -> Bool? {
        guard policies.stateCompatibility == .versions, let new = manifest.livepatches[patch],
            let newStates = new.states, let replaces = new.replaces
        else { return nil }
        for listed in state.patches where listed.name != patch {
            guard let oldStates = manifest.livepatches[listed.name]?.states else { return nil }
            for (id, version) in oldStates {
                guard let newVersion = newStates[id] else {
                    if replaces { return false }
                    continue
                }
                if newVersion < version { return false }
            }
        }
        return true
    }
}
