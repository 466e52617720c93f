import Livepatch
import ReferenceEngine
import Scenarios

/// insmod and rmmod.
extension Turn {
    mutating func load(_ module: String, _ options: LoadOptions) {
        note("% insmod \(module)\(options.words)")
        guard !isPresent(module) else { return refuseLoad(module, .exists) }
        if machine.manifest.livepatches[module] != nil {
            loadLivepatch(module, options)
        } else {
            loadTarget(module, options.initReturn)
        }
    }

    mutating func unload(_ module: String) {
        note("% rmmod \(module)")
        guard isPresent(module) else { return refuseUnload(module, "is not currently loaded", .absent) }
        if machine.livepatches.contains(module) {
            unloadLivepatch(module)
        } else {
            unloadTarget(module)
        }
    }

    /// A livepatch's init function registers and enables it (since 5.1 both are klp_enable_patch).
    private mutating func loadLivepatch(_ patch: String, _ options: LoadOptions) {
        let description = machine.manifest.livepatches[patch]
        machine.replaces[patch] = options.replace ?? description?.replaces ?? false
        for callback in description?.prePatchCallbacks ?? [] {
            machine.prePatchReturns[callback] = options.prePatchReturn
        }
        if let errno = enableNewly(patch) {
            machine.forget(patch)
            return refuseLoad(patch, errno)
        }
        machine.livepatches.insert(patch)
    }

    /// The checks in the order of klp_enable_patch (linux-5.5): states, symbols, and only then whether another transition runs.
    /// Before 5.1 klp_register_patch resolves symbols, then klp_enable_patch checks the rest.
    private mutating func enableNewly(_ patch: String) -> Errno? {
        if machine.engine.isCompatible(patch, with: machine.state) == false {
            perform(.refuseEnable(patch: patch))
            return .invalid
        }
        if let failure = machine.symbolFailure(of: patch) {
            if let cause = failure.cause { kernel(cause, .failedEnableHasCause) }
            return failure.errno
        }
        if machine.engine.touchesInVain(patch, machine.state) { return .busy }
        return enable(patch, isAllowedBy: machine.state.patches)
    }

    /// __klp_enable_patch: refuses while a transition runs and, before 5.1, above a disabled patch.
    mutating func enable(_ patch: String, isAllowedBy earlier: [PatchState]) -> Errno? {
        if machine.state.transition != nil { return .busy }
        if machine.policies.stackOrder == .enforced, earlier.last?.isEnabled == false { return .busy }
        let (outcome, failure) = machine.enableOutcome(patch)
        perform(.enable(patch: patch, outcome: outcome), failure)
        return failure?.errno
    }

    private mutating func unloadLivepatch(_ patch: String) {
        let isUsed = machine.state.patch(patch)?.isEnabled == true || machine.state.isInTransition(patch)
        let neverLeaves = machine.policies.consistency == .immediate
        guard !isUsed, !neverLeaves, !machine.pinned.contains(patch) else {
            return refuseUnload(patch, "is in use", .busy)
        }
        output(step.prints)
        machine.livepatches.remove(patch)
        machine.forget(patch)
        machine.pointerNumbers[patch] = nil
    }

    private mutating func loadTarget(_ module: String, _ initReturn: Int) {
        let description = machine.manifest.modules.first { $0.name == module }
        let (outcome, failure) = machine.comingOutcome(module)
        perform(.moduleComing(module: module, outcome: outcome), failure)
        if let failure { return refuseLoad(module, failure.errno) }
        say(description?.initEvent, description?.initLine.map { "\(module): \($0)" })
        if let errno = Errno(number: -initReturn) {
            perform(.moduleGoing(module: module))
            refuseLoad(module, errno)
        }
    }

    /// The exit function waits for whoever sleeps in the module, then livepatch is told (delete_module).
    private mutating func unloadTarget(_ module: String) {
        let description = machine.manifest.modules.first { $0.name == module }
        output(step.prints)
        say(description?.exitEvent, description?.exitLine.map { "\(module): \($0)" })
        let wasHeldUp = machine.blockingFunction != nil
        machine.sleepers = machine.sleepers.filter { $0.function.object != module }
        isRace = wasHeldUp && machine.blockingFunction == nil
        if isRace && isEarly { settle(while: module) }
        perform(.moduleGoing(module: module))
        machine.pointerNumbers[module] = nil
    }

    func isPresent(_ module: String) -> Bool {
        machine.livepatches.contains(module) || machine.state.loadedModules.contains(module)
    }

    private mutating func refuseLoad(_ module: String, _ errno: Errno) {
        failure = errno
        note("insmod: ERROR: could not insert module \(module).ko: \(errno.insmodWords)")
    }

    private mutating func refuseUnload(_ module: String, _ words: String, _ errno: Errno) {
        failure = errno
        note("rmmod: ERROR: Module \(module) \(words)")
    }
}

extension LoadOptions {
    /// The parameters as the scenario writes them, and those that follow from what it sets.
    fileprivate var words: String {
        let given = parameters.isEmpty ? "" : " " + parameters
        let replace = replace.map { " replace=\($0 ? 1 : 0)" } ?? ""
        let prePatch = prePatchReturn.map { " pre_patch_ret=\($0)" } ?? ""
        return given + replace + prePatch
    }
}

extension LivepatchDescription {
    /// The pre_patch callbacks that the livepatch may have.
    var prePatchCallbacks: [Machine.PrePatch] {
        objects.map { Machine.PrePatch(patch: name, owner: .object($0.name)) }
            + (states ?? []).map { Machine.PrePatch(patch: name, owner: .state($0.id)) }
    }
}
