import Livepatch

/// Callbacks of states (states-2023, states-2025). Each runs for a state that no other listed patch has: what two patches share
/// is handed over without a word (is_state_in_other_patches).
extension ReferenceEngine {
    /// klp_setup_states, klp_states_pre_patch: sets up the new patch's own states. False if one of them failed.
    func prepareStates(of patch: String, _ outcome: EnableOutcome, _ step: inout Step) -> Bool {
        guard policies.callbackOwner == .states else { return true }
        for entry in description(patch).states ?? [] {
            if !isShared(entry.id, by: patch, step.state) {
                let fails = outcome == .setupFailed(state: entry.id)
                let givesUp = fails && !hasVariable(for: entry, step.state)
                step.expectStateCallback(.prePatch, patch, entry, .newStatesAreSetUp, givesUp: givesUp)
                if !givesUp { allocate(for: entry, &step) }
                if fails { return false }
            }
            step.update(patch) { $0.preparedStates.insert(entry.id) }
        }
        return true
    }

    /// klp_enable_states, klp_states_post_patch.
    func enableStates(of patch: String, _ rule: RuleID, _ step: inout Step) {
        forOwnStates(of: patch, step.state) { step.expectStateCallback(.postPatch, patch, $0, rule) }
    }

    /// klp_disable_states, klp_states_pre_unpatch.
    func disableStates(of patch: String, _ rule: RuleID, _ step: inout Step) {
        forOwnStates(of: patch, step.state) { step.expectStateCallback(.preUnpatch, patch, $0, rule) }
    }

    /// klp_release_states, klp_states_post_unpatch: the callback if the state was set up, then the end of its shadow variables.
    func releaseStates(of patch: String, _ rule: RuleID, _ step: inout Step) {
        forOwnStates(of: patch, step.state) { entry in
            let isPrepared = step.state.patch(patch)?.preparedStates.contains(entry.id) == true
            if isPrepared { step.expectStateCallback(.postUnpatch, patch, entry, rule) }
            switch policies.shadowOwner {
            case .anyState: destroyVariables(of: entry, patch, &step)
            case .preparedState where isPrepared: destroyVariables(of: entry, patch, &step)
            case .nobody, .registeredTypes, .preparedState: break
            }
            step.update(patch) { $0.preparedStates.remove(entry.id) }
        }
    }

    /// klp_disable_obsolete_states, klp_states_pre_unpatch_replaced: the states that a replace patch does not take over are disabled
    /// by the patches that have them.
    func disableObsoleteStates(by patch: String, _ step: inout Step) {
        for other in othersIfReplacing(patch, step.state) { disableStates(of: other, .obsoleteStatesAreUndone, &step) }
    }

    /// klp_enable_obsolete_states, klp_states_post_patch_replaced: they stay after all.
    func enableObsoleteStates(by patch: String, _ step: inout Step) {
        for other in othersIfReplacing(patch, step.state) { enableStates(of: other, .obsoleteStatesAreUndone, &step) }
    }

    /// klp_release_obsolete_states, klp_states_post_unpatch_replaced. It comes to all other patches on the list, those enabled later
    /// too.
    func releaseObsoleteStates(by patch: String, _ step: inout Step) {
        for other in othersIfReplacing(patch, step.state) { releaseStates(of: other, .obsoleteStatesAreUndone, &step) }
    }

    /// True if a write of 0 to `enabled` of the patch is refused while it is enabled (klp_patch_disable_blocked).
    public func blocksDisable(_ patch: String) -> Bool {
        policies.stateCompatibility == .blockedStates
            && description(patch).states?.contains(where: \.blocksDisable) == true
    }

    /// enabled_store says that the patch cannot be disabled.
    func refuseDisable(_ patch: String, _ step: inout Step) {
        let isKnown = manifest.livepatches[patch]?.states != nil
        if step.state.patch(patch)?.isEnabled != true || (isKnown && !blocksDisable(patch)) {
            step.object(to: .disableIsBlocked)
        }
        step.expect(Event(.disableBlocked, patch: patch), .disableIsBlocked)
    }

    /// True if another listed patch has the state too (is_state_in_other_patches).
    public func isShared(_ id: UInt, by patch: String, _ state: EngineState) -> Bool {
        state.patches.contains { $0.name != patch && manifest.livepatches[$0.name]?.state(id) != nil }
    }

    /// The states that only this patch has, where states have callbacks.
    private func forOwnStates(of patch: String, _ state: EngineState, _ act: (StateDescription) -> Void) {
        guard policies.callbackOwner == .states else { return }
        for entry in description(patch).states ?? [] where !isShared(entry.id, by: patch, state) { act(entry) }
    }

    private func othersIfReplacing(_ patch: String, _ state: EngineState) -> [String] {
        state.patches.map(\.name).filter { replaces(patch, $0) }
    }

    /// True if the variable that the state's callback allocates is there already.
    private func hasVariable(for entry: StateDescription, _ state: EngineState) -> Bool {
        guard let object = entry.allocates else { return false }
        return state.shadowVariables[ShadowVariables.Key(object: object, id: UInt64(entry.id))] != nil
    }

    /// The callback allocates a shadow variable (klp_shadow_alloc); one that is there already is warned of, and the callback fails.
    private func allocate(for entry: StateDescription, _ step: inout Step) {
        guard entry.callbacks.contains(.prePatch), let object = entry.allocates else { return }
        let key = ShadowVariables.Key(object: object, id: UInt64(entry.id))
        if step.state.shadowVariables[key] != nil {
            return step.expect(Event(.shadowDuplicate, shadow: key.arguments), .duplicateShadowVariable)
        }
        let variable = ShadowVariables.Variable(data: "of_\(object)", content: ShadowArguments.null)
        step.state.shadowVariables[key] = variable
    }

    /// klp_shadow_free_all with the destructor of the patch that releases the state.
    private func destroyVariables(of entry: StateDescription, _ patch: String, _ step: inout Step) {
        guard entry.isShadow else { return }
        for key in step.state.shadowVariables.keys(of: UInt64(entry.id)) {
            step.state.shadowVariables[key] = nil
            guard let text = entry.destructorLine else { continue }
            step.expect(Event(.stateDestructor, patch: patch, text: text), .destructorFollowsRelease)
        }
    }
}

extension Step {
    /// Expects the line of the state's callback and what the callback prints besides, if the state defines the callback.
    ///
    /// - Parameter givesUp: true if the callback returns an error before it does anything.
    fileprivate mutating func expectStateCallback(
        _ kind: CallbackKind, _ patch: String, _ entry: StateDescription, _ rule: RuleID, givesUp: Bool = false
    ) {
        guard entry.callbacks.contains(kind) else { return }
        expect(Event(.stateCallback, patch: patch, callback: kind, number: Int(clamping: entry.id)), rule)
        if !givesUp, let text = entry.prints[kind]?.first {
            expect(Event(.stateOutput, patch: patch, text: text), rule)
        }
    }
}
