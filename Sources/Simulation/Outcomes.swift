import Livepatch
import ReferenceEngine

/// How operations end, as callbacks, symbols and ftrace decide.
extension Machine {
    /// What an operation fails of, and the line that is printed where it does, before the engine's own.
    struct Failure {
        var errno: Errno
        /// A line of the symbol lookup or of patch.c; nil if a callback failed.
        var cause: Event?
    }

    /// How the enable of a livepatch ends (the loop of __klp_enable_patch over loaded objects).
    func enableOutcome(_ patch: String) -> (outcome: EnableOutcome, failure: Failure?) {
        if let (state, errno) = setupFailure(of: patch) {
            return (.setupFailed(state: state), Failure(errno: errno))
        }
        for object in manifest.livepatches[patch]?.objects ?? [] where isLoaded(object.name) {
            if let errno = prePatchError(patch, object) {
                return (.prePatchFailed(object: object.name), Failure(errno: errno))
            }
            if let failure = patchFailure(object) { return (.patchObjectFailed(object: object.name), failure) }
        }
        return (.started, nil)
    }

    /// How the load of a target module ends (klp_module_coming).
    func comingOutcome(_ module: String) -> (outcome: ComingOutcome, failure: Failure?) {
        for entry in state.patches {
            guard let object = manifest.livepatches[entry.name]?.object(module) else { continue }
            if let failure = symbolFailure(object) { return (.initializeFailed(patch: entry.name), failure) }
            guard entry.isEnabled || state.isInTransition(entry.name) else { continue }
            if let errno = prePatchError(entry.name, object) {
                return (.prePatchFailed(patch: entry.name), Failure(errno: errno))
            }
            if let failure = patchFailure(object) { return (.applyFailed(patch: entry.name), failure) }
        }
        return (.applied, nil)
    }

    /// The first symbol of a loaded object that cannot be resolved (klp_init_object_loaded).
    func symbolFailure(of patch: String) -> Failure? {
        (manifest.livepatches[patch]?.objects ?? []).lazy.filter { isLoaded($0.name) }.compactMap(symbolFailure).first
    }

    /// True if the object's code is there: it is the kernel, or a module that is loaded.
    public func isLoaded(_ object: String) -> Bool { object == Event.vmlinux || state.loadedModules.contains(object) }

    private func symbolFailure(_ object: ObjectDescription) -> Failure? {
        object.functions.first(where: object.missing.contains)
            .map { Failure(errno: .invalid, cause: Event(.symbolNotFound, name: $0)) }
    }

    private func prePatchError(_ patch: String, _ object: ObjectDescription) -> Errno? {
        guard policies.callbackOwner == .objects, object.callbacks.contains(.prePatch) else { return nil }
        let value = prePatchReturns[PrePatch(patch: patch, owner: .object(object.name))] ?? object.prePatchReturn
        return Errno(number: -value)
    }

    /// The first state whose setup fails (klp_setup_states, states-2023): it returns an error, or finds the shadow variable that it
    /// wants to allocate.
    private func setupFailure(of patch: String) -> (state: UInt, errno: Errno)? {
        guard policies.callbackOwner == .states else { return nil }
        for entry in manifest.livepatches[patch]?.states ?? []
        where entry.callbacks.contains(.prePatch) && !engine.isShared(entry.id, by: patch, state) {
            let value = prePatchReturns[PrePatch(patch: patch, owner: .state(entry.id))] ?? entry.prePatchReturn
            if let errno = Errno(number: -value) { return (entry.id, errno) }
            let variable = entry.allocates.map { ShadowVariables.Key(object: $0, id: UInt64(entry.id)) }
            if let variable, state.shadowVariables[variable] != nil { return (entry.id, .outOfMemory) }
        }
        return nil
    }

    /// klp_patch_func registers with ftrace for the first patch of a function.
    private func patchFailure(_ object: ObjectDescription) -> Failure? {
        let isOff = policies.ftraceSwitch == .respected && !isFtraceOn
        guard isOff || !occupied.isEmpty else { return nil }
        return object.functions
            .first {
                (isOff || occupied.contains($0))
                    && stack(of: PatchedFunction(object: object.name, name: $0)).entries.isEmpty
            }
            .map { Failure(errno: .busy, cause: Event(.handlerFailed, number: -Errno.busy.number, name: $0)) }
    }
}
