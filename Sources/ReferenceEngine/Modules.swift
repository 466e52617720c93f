import Livepatch

/// Target modules that come and go while livepatches are listed.
extension ReferenceEngine {
    /// klp_module_coming: each patch in the order of the list; on an error the module is refused and what earlier patches
    /// did is undone.
    func moduleComing(_ module: String, _ outcome: ComingOutcome, _ step: inout Step) {
        if step.state.loadedModules.contains(module) { step.object(to: .applyOnce) }
        var done: [String] = []
        for patch in interested(in: module, step.state, or: outcome) {
            let inTransition = step.state.isInTransition(patch.name)
            step.setObject(module, of: patch.name) { $0.isLoaded = true }
            if outcome == .initializeFailed(patch: patch.name) {
                step.expect(
                    Event(.initializeFailed, patch: patch.name, object: module), .failureRefusesModule)
                return refuse(module, by: patch.name, after: done, &step)
            }
            step.expect(Event(.applying, patch: patch.name, object: module), .comingModuleIsPatched)
            registerShadowTypes(of: module, patch.name, &step)
            let fails = outcome == .prePatchFailed(patch: patch.name)
            expect(.prePatch, patch, module, .coming, .comingModuleIsPatched, fails: fails, &step)
            if fails {
                step.expect(Event(.prePatchFailed, object: module), .failureRefusesModule)
                return refuse(module, by: patch.name, after: done, &step)
            }
            if outcome == .applyFailed(patch: patch.name) {
                step.expect(Event(.applyFailed, patch: patch.name, object: module), .failureRefusesModule)
                expect(.postUnpatch, patch, module, .coming, .undoneAfterFailure, &step)
                return refuse(module, by: patch.name, after: done, &step)
            }
            step.setObject(module, of: patch.name) {
                $0.isPatched = true
                $0.isPrepared = true
            }
            if !inTransition { expect(.postPatch, patch, module, .coming, .comingModuleIsPatched, &step) }
            done.append(patch.name)
        }
        step.state.loadedModules.insert(module)
        setLoaded(module, true, &step)
    }

    /// klp_module_going.
    func moduleGoing(_ module: String, _ step: inout Step) {
        let patches = interested(in: module, step.state).map(\.name)
        for name in patches { unpatch(module, of: name, .going, &step) }
        step.state.loadedModules.remove(module)
        setLoaded(module, false, &step)
    }

    /// klp_object.mod is set in patches that are disabled, too (klp_module_coming, klp_module_going before 5.1).
    private func setLoaded(_ module: String, _ isLoaded: Bool, _ step: inout Step) {
        for patch in step.state.patches { step.setObject(module, of: patch.name) { $0.isLoaded = isLoaded } }
    }

    /// The error label of klp_module_coming: the line first, then the clean-up, with the module still coming.
    private func refuse(_ module: String, by patch: String, after done: [String], _ step: inout Step) {
        step.expect(Event(.refusing, patch: patch, object: module), .failureRefusesModule)
        for name in done { unpatch(module, of: name, .coming, &step) }
        for name in step.state.patches.map(\.name) {
            step.setObject(module, of: name) {
                $0.isLoaded = false
                $0.isPatched = false
                $0.isPrepared = false
            }
        }
        step.state.loadedModules.remove(module)
    }

    /// klp_cleanup_module_patches_limited for one patch.
    private func unpatch(_ module: String, of name: String, _ moduleState: ModuleState, _ step: inout Step) {
        guard let patch = step.state.patch(name), let object = patch.objects.first(where: { $0.name == module }),
            object.isLoaded
        else { return }
        let rule: RuleID = moduleState == .coming ? .refusalRevertsOthers : .goingModuleIsUnpatched
        if !step.state.isInTransition(name) { expect(.preUnpatch, patch, module, moduleState, rule, &step) }
        step.expect(Event(.reverting, patch: name, object: module), rule)
        if object.isPrepared { expect(.postUnpatch, patch, module, moduleState, rule, &step) }
        unregisterShadowTypes(of: module, name, &step)
        step.setObject(module, of: name) {
            $0.isLoaded = false
            $0.isPatched = false
            $0.isPrepared = false
        }
    }

    /// The patches that name the module: those enabled or in transition (from 5.1 on no others are listed). Before 5.1 the
    /// symbols of a disabled patch are resolved too, and may fail (klp_module_coming, linux-4.12).
    private func interested(
        in module: String, _ state: EngineState, or outcome: ComingOutcome = .applied
    ) -> [PatchState] {
        state.patches.filter { patch in
            (patch.isEnabled || state.isInTransition(patch.name)
                || outcome == .initializeFailed(patch: patch.name))
                && patch.objects.contains { $0.name == module }
        }
    }

    private func expect(
        _ kind: CallbackKind, _ patch: PatchState, _ module: String, _ moduleState: ModuleState, _ rule: RuleID,
        fails: Bool = false, _ step: inout Step
    ) {
        guard patch.objects.first(where: { $0.name == module })?.isDynamic == false else { return }
        step.expectCallback(kind, patch.name, module, moduleState, rule, fails: fails)
    }
}
