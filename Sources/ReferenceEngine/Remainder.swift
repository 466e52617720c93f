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
        step.state.transition?.isForced = true
        pin(&step)
        step.expect(Event(.forcing), .forceNeedsTransition)
    }

    /// Tasks may go on running code of these patches for ever, so their modules stay.
    private func pin(_ step: inout Step) {
        guard let running = step.state.transition else { return }
        for patch in step.state.patches {
            let name = patch.name
            let isPinned =
                switch (policies.forcePins, running.direction) {
                case (.nobody, _): false
                case (.everyPatchFromThenOn, _): patch.isEnabled || name == running.patch
                case (.everyPatch, _): true
                case (.patchesLeftBehind, .unpatching): name == running.patch
                case (.patchesLeftBehind, .patching):
                    replaces(running.patch, name)
                }
            if isPinned { step.update(name) { $0.isPinned = true } }
        }
    }

    /// klp_enable_patch says that the patch's states are not compatible.
    func refuseEnable(_ patch: String, _ step: inout Step) {
        if isCompatible(patch, with: step.state) == true { step.object(to: .statesDecideCompatibility) }
        step.expect(Event(.incompatible, patch: patch), .statesDecideCompatibility)
    }

    /// klp_is_patch_compatible. Nil if the generation does not ask, or the manifest does not describe the patches concerned.
    public func isCompatible(_ patch: String, with state: EngineState) -> Bool? {
        guard policies.stateCompatibility != .absent, let new = manifest.livepatches[patch],
            new.states != nil, let doesReplace = new.replaces
        else { return nil }
        if policies.stateCompatibility == .currentFeatures {
            return !doesReplace || supportsFeatures(new, state)
        }
        for listed in state.patches where listed.name != patch {
            guard let oldStates = manifest.livepatches[listed.name]?.states else { return nil }
            if !oldStates.allSatisfy({ isCompatible(new, with: $0, of: listed.name) }) { return false }
        }
        return true
    }

    /// klp_is_state_compatible. In linux-5.5 a listed patch's state must be known to the new patch at the same or a newer version; one
    /// that it does not know matters only if it replaces that patch. In states-2023 only that matters, and only of a state that
    /// nobody can undo.
    private func isCompatible(_ new: LivepatchDescription, with old: StateDescription, of listed: String) -> Bool {
        guard let known = new.state(old.id) else {
            let matters = policies.stateCompatibility == .versions || old.blocksDisable
            return !(matters && replaces(new.name, listed))
        }
        return policies.stateCompatibility == .blockedStates || known.version >= old.version
    }

    /// True if the patch is refused because it does not replace and patches a function that a listed patch has (stackless-strict-2018).
    public func touchesInVain(_ patch: String, _ state: EngineState) -> Bool {
        guard policies.touchedFunctions == .areRefused, description(patch).replaces != true else { return false }
        return state.patches.filter { $0.name != patch }.contains { listed in
            description(listed.name).objects.contains { other in
                description(patch).object(other.name)?.functions.contains(where: other.functions.contains) == true
            }
        }
    }

    /// klp_get_prev_state (linux-5.5): true if a patch that is listed before the one in transition has the state. Outside of a
    /// transition the kernel warns and finds none. klp_feature_get (features-2019): true if another patch answers for it.
    func hasPreviousState(_ id: UInt, _ state: EngineState, of caller: String, inTransition patch: String?) -> Bool {
        switch policies.stateCompatibility {
        case .absent, .blockedStates: return false
        case .currentFeatures: return state.features[id].map { $0.patch != caller } ?? false
        case .versions:
            guard let patch else { return false }
            return state.patches.prefix { $0.name != patch }
                .contains { manifest.livepatches[$0.name]?.state(id) != nil }
        }
    }
}
