import Livepatch

extension ReferenceEngine {
    /// klp_enable_patch from `enabling patch` on (__klp_enable_patch).
    func enable(_ patch: String, _ outcome: EnableOutcome, _ step: inout Step) {
        objectToEnable(patch, outcome, &step)
        list(patch, &step)
        step.expect(Event(.enabling, patch: patch), .initialisationFollowsEnabling)
        guard policies.consistency == .perTask else { return enableAtOnce(patch, outcome, &step) }
        step.expect(Event(.initializing, patch: patch, direction: .patching), .transitionIsInitialised)
        guard prepareStates(of: patch, outcome, &step) else { return cancel(patch, hasDisabledStates: false, &step) }
        disableObsoleteStates(by: patch, &step)
        let hasDisabledStates = policies.callbackOwner == .states && description(patch).replaces == true
        guard prepareObjects(of: patch, outcome, &step) else {
            return cancel(patch, hasDisabledStates: hasDisabledStates, &step)
        }
        step.update(patch) { $0.isEnabled = true }
        step.state.transition = Transition(
            patch: patch, direction: .patching, hasDisabledStates: hasDisabledStates)
        step.expect(Event(.starting, patch: patch, direction: .patching), .sectionEndsWithStart)
    }

    /// __klp_disable_patch.
    func disable(_ patch: String, _ step: inout Step) {
        objectToDisable(patch, &step)
        guard policies.consistency == .perTask else {
            step.update(patch) { entry in
                entry.isEnabled = false
                for index in entry.objects.indices { entry.objects[index].isPatched = false }
            }
            return step.expect(Event(.disabling, patch: patch), .unpatchingNeedsEnabledPatch)
        }
        step.expect(Event(.initializing, patch: patch, direction: .unpatching), .transitionIsInitialised)
        disableStates(of: patch, .statesAreUndoneOnDisable, &step)
        for object in step.state.patch(patch)?.objects ?? [] where object.isPatched {
            step.expectCallback(.preUnpatch, patch, object.name, .live, .preUnpatchBeforeStart)
        }
        step.update(patch) { $0.isEnabled = false }
        step.state.transition = Transition(patch: patch, direction: .unpatching)
        step.expect(Event(.starting, patch: patch, direction: .unpatching), .sectionEndsWithStart)
    }

    /// klp_reverse_transition: no callback runs; completion comes later, from the pending work.
    func reverse(_ patch: String, _ step: inout Step) {
        if !step.state.isInTransition(patch) { step.object(to: .reversalNeedsTransition) }
        let old = step.state.transition?.direction ?? .patching
        if old == .patching, blocksDisable(patch) { step.object(to: .disableIsBlocked) }
        step.expect(Event(.reversing, patch: patch, direction: old), .reversalNeedsTransition)
        step.update(patch) { $0.isEnabled.toggle() }
        let hasDisabledStates = step.state.transition?.hasDisabledStates ?? false
        step.state.transition = Transition(
            patch: patch, direction: old.reversed, hasDisabledStates: hasDisabledStates)
        step.expect(Event(.starting, patch: patch, direction: old.reversed), .sectionEndsWithStart)
    }

    /// klp_complete_transition.
    func complete(_ patch: String, _ step: inout Step) {
        if !step.state.isInTransition(patch) { step.object(to: .completionNeedsStart) }
        let direction = step.state.transition?.direction ?? .patching
        step.expect(Event(.completing, patch: patch, direction: direction), .completionIsWhole)
        if direction == .patching {
            unpatchReplaced(by: patch, &step)
            releaseObsoleteStates(by: patch, &step)
            enableStates(of: patch, .newStatesAreSetUp, &step)
            for object in step.state.patch(patch)?.objects ?? [] where object.isLoaded && !object.isDynamic {
                step.expectCallback(.postPatch, patch, object.name, .live, .postPatchAtCompletion)
            }
        } else {
            let hasDisabledStates = step.state.transition?.hasDisabledStates ?? false
            undoStates(of: patch, hasDisabledStates: hasDisabledStates, .statesAreUndoneOnDisable, &step)
            unprepareObjects(of: patch, .postUnpatchForEveryObject, &step)
        }
        step.state.transition = nil
        step.expect(Event(.complete, patch: patch, direction: direction), .completionIsWhole)
        if direction == .unpatching { retire(patch, &step) } else { freeReplaced(by: patch, &step) }
    }

    /// klp_cancel_transition after a failed enable. It completes an unpatching that was never started.
    private func cancel(_ patch: String, hasDisabledStates: Bool, _ step: inout Step) {
        if policies.failedStates == .areReleasedAtOnce {
            if hasDisabledStates { enableObsoleteStates(by: patch, &step) }
            releaseStates(of: patch, .failedStatesAreUndone, &step)
        }
        step.expect(Event(.enableFailed, patch: patch), .failedEnableIsCancelled)
        step.expect(Event(.canceling, patch: patch), .failedEnableIsCancelled)
        if policies.completionNotice == .afterCallbacks {
            let unpatching = Direction.unpatching
            step.expect(Event(.completing, patch: patch, direction: unpatching), .failedEnableIsCancelled)
            undoStates(of: patch, hasDisabledStates: hasDisabledStates, .failedStatesAreUndone, &step)
            unprepareObjects(of: patch, .undoneAfterFailure, &step)
            step.expect(Event(.complete, patch: patch, direction: unpatching), .failedEnableIsCancelled)
        }
        retire(patch, &step)
    }

    /// What klp_complete_transition does about states where the target is unpatched.
    private func undoStates(of patch: String, hasDisabledStates: Bool, _ rule: RuleID, _ step: inout Step) {
        if hasDisabledStates, policies.reversedReplace == .enablesStatesAgain { enableObsoleteStates(by: patch, &step) }
        releaseStates(of: patch, rule, &step)
    }

    private func enableAtOnce(_ patch: String, _ outcome: EnableOutcome, _ step: inout Step) {
        step.update(patch) { entry in
            entry.isEnabled = outcome == .started
            for index in entry.objects.indices where entry.objects[index].isLoaded {
                entry.objects[index].isPatched = outcome == .started
            }
        }
    }

    /// The loop over the loaded objects: pre_patch, then klp_patch_object. False if one of them failed.
    private func prepareObjects(of patch: String, _ outcome: EnableOutcome, _ step: inout Step) -> Bool {
        guard outcome != .failed else { return false }
        for object in step.state.patch(patch)?.objects ?? [] where object.isLoaded {
            let fails = outcome == .prePatchFailed(object: object.name)
            if !object.isDynamic {
                registerShadowTypes(of: object.name, patch, &step)
                step.expectCallback(
                    .prePatch, patch, object.name, .live, .prePatchForEveryObject, fails: fails)
            }
            if fails {
                step.expect(Event(.prePatchFailed, object: object.name), .failedEnableHasCause)
                return false
            }
            step.setObject(object.name, of: patch) { $0.isPrepared = true }
            if outcome == .patchObjectFailed(object: object.name) {
                step.expect(Event(.patchObjectFailed, object: object.name), .failedEnableHasCause)
                return false
            }
            step.setObject(object.name, of: patch) { $0.isPatched = true }
        }
        return true
    }

    /// post_unpatch for every loaded object whose pre_patch succeeded (klp_complete_transition, target unpatched).
    private func unprepareObjects(of patch: String, _ rule: RuleID, _ step: inout Step) {
        for object in step.state.patch(patch)?.objects ?? [] {
            if object.isLoaded && object.isPrepared && !object.isDynamic {
                step.expectCallback(.postUnpatch, patch, object.name, .live, rule)
            }
            if object.isLoaded { unregisterShadowTypes(of: object.name, patch, &step) }
            step.setObject(object.name, of: patch) {
                $0.isPrepared = false
                $0.isPatched = false
            }
        }
    }

    private func objectToEnable(_ patch: String, _ outcome: EnableOutcome, _ step: inout Step) {
        let state = step.state
        if state.patch(patch)?.isEnabled == true || state.isInTransition(patch) {
            step.object(to: .enablingOfEnabledPatch)
        } else if let running = state.transition {
            step.object(to: .oneTransitionAtATime, because: running.patch)
        }
        if outcome == .failed, tellsCause(ofFailure: patch) { step.object(to: .failedEnableHasCause) }
        if isCompatible(patch, with: state) == false { step.object(to: .statesDecideCompatibility) }
    }

    /// True if the patch cannot fail without a line: callbacks of objects are complained of, those of states only if they print.
    private func tellsCause(ofFailure patch: String) -> Bool {
        switch policies.callbackOwner {
        case .nobody: false
        case .objects: true
        case .states: manifest.livepatches[patch]?.states != nil
        }
    }

    private func objectToDisable(_ patch: String, _ step: inout Step) {
        let state = step.state
        if let running = state.transition, running.patch != patch {
            step.object(to: .oneTransitionAtATime, because: running.patch)
        }
        if state.patch(patch)?.isEnabled != true || state.isInTransition(patch) {
            step.object(to: .unpatchingNeedsEnabledPatch)
        }
        if blocksDisable(patch) { step.object(to: .disableIsBlocked) }
        if policies.stackOrder == .enforced,
            let place = state.patches.firstIndex(where: { $0.name == patch }),
            let later = state.patches[(place + 1)...].first(where: \.isEnabled)
        {
            step.object(to: .stackOrder, because: later.name)
        }
    }
}

extension Step {
    mutating func setObject(_ object: String, of patch: String, _ change: (inout ObjectState) -> Void) {
        update(patch) { entry in
            for index in entry.objects.indices where entry.objects[index].name == object {
                change(&entry.objects[index])
            }
        }
    }
}
