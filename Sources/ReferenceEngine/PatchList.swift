import Livepatch

/// klp_patches: who is on the list, and when an entry goes.
extension ReferenceEngine {
    /// Puts the patch on the list with its objects as they are now (klp_init_patch). A patch that stayed registered keeps
    /// its place.
    func list(_ patch: String, _ step: inout Step) {
        removeDisabled(before: patch, &step)
        forgetRegistrations(of: patch, &step)
        let loaded = step.state.loadedModules
        var objects = description(patch).objects.map {
            ObjectState(name: $0.name, isLoaded: $0.name == Event.vmlinux || loaded.contains($0.name))
        }
        objects += restoredObjects(by: patch, besides: objects, step.state)
        // Once a force was used some pinned patch is listed for ever, since its module cannot be removed.
        let isPinned =
            policies.forcePins == .everyPatchFromThenOn && step.state.patches.contains(where: \.isPinned)
        let entry = PatchState(name: patch, isEnabled: false, isPinned: isPinned, objects: objects)
        if let place = step.state.patches.firstIndex(where: { $0.name == patch }) {
            guard policies.disabledPatch == .isFreed else { return step.state.patches[place] = entry }
            step.state.patches.remove(at: place)
        }
        step.state.patches.append(entry)
    }

    /// Nothing is enabled above a disabled patch (__klp_enable_patch, linux-4.0 to linux-5.0): those below were removed, or
    /// their init function had failed, and no line tells of either.
    private func removeDisabled(before patch: String, _ step: inout Step) {
        guard policies.stackOrder == .enforced else { return }
        let end = step.state.patches.firstIndex { $0.name == patch } ?? step.state.patches.endIndex
        let gone = step.state.patches[..<end].filter { !$0.isEnabled && !step.state.isInTransition($0.name) }
        step.state.patches.removeAll { gone.contains($0) }
    }

    /// The patch is disabled: it goes, or stays registered.
    func retire(_ patch: String, _ step: inout Step) {
        switch policies.disabledPatch {
        case .isFreed: step.state.patches.removeAll { $0.name == patch }
        case .staysRegistered: step.update(patch) { $0.isEnabled = false }
        }
    }

    /// The objects of other patches that a replace patch has to restore (klp_add_nops, linux-5.1).
    private func restoredObjects(
        by patch: String, besides own: [ObjectState], _ state: EngineState
    ) -> [ObjectState] {
        var names = Set(own.map(\.name))
        let replaced = state.patches.filter { replaces(patch, $0.name) }
        return replaced.flatMap(\.objects).compactMap { object in
            guard names.insert(object.name).inserted else { return nil }
            return ObjectState(
                name: object.name, isLoaded: object.name == Event.vmlinux || state.loadedModules.contains(object.name),
                isDynamic: true)
        }
    }

    /// The replaced patches, those listed before, are unpatched without a single callback (klp_unpatch_replaced_patches,
    /// linux-5.5); the objects that only restored go (klp_discard_nops).
    func unpatchReplaced(by patch: String, _ step: inout Step) {
        for name in replaced(by: patch, step.state) {
            step.update(name) { entry in
                entry.isEnabled = false
                for index in entry.objects.indices { entry.objects[index].isPatched = false }
            }
        }
        step.update(patch) { $0.objects.removeAll(where: \.isDynamic) }
    }

    /// The replaced patches leave the list. They are still there while post_patch callbacks run, which may ask for their states
    /// (klp_free_replaced_patches_async, linux-5.5; linux-5.1, which has no states, frees them before).
    func freeReplaced(by patch: String, _ step: inout Step) {
        let names = replaced(by: patch, step.state)
        step.state.patches.removeAll { names.contains($0.name) }
    }

    /// The patches, listed before, that the patch replaces when its patching completes.
    public func replaced(by patch: String, _ state: EngineState) -> [String] {
        guard state.patch(patch) != nil else { return [] }
        return state.patches.prefix { $0.name != patch }.map(\.name).filter { replaces(patch, $0) }
    }

    /// True if the one patch replaces the other where both are listed.
    func replaces(_ patch: String, _ other: String) -> Bool {
        guard patch != other else { return false }
        switch policies.replace {
        case .absent: return false
        case .atomic: return description(patch).replaces == true
        case .withinSet: return description(patch).setOfReplaced == description(other).setOfReplaced
        }
    }
}

extension LivepatchDescription {
    /// Which livepatches replace each other: one that says nothing of sets is in the first one (the RFC's default) if it replaces,
    /// and in one of its own if it does not.
    fileprivate var setOfReplaced: String {
        if let replaceSet { return "\(replaceSet)" }
        return replaces == true ? "1" : "'\(name)'"
    }

    /// Whether it replaces all others; nil if not known.
    public var replaces: Bool? {
        switch replace {
        case .fixed(let value): value
        case .parameter(let value): value
        case nil: nil
        }
    }
}
