import Livepatch
import ReferenceEngine
import Simulation

extension Invariant {
    static let removedPatchIsSilent = Invariant(
        name: "removed-patch-is-silent",
        statement: """
            Of a livepatch that is not listed nothing happens any more: no callback, no applying to a module and no reverting. No \
            function leads to the code of a livepatch that is disabled, or of a module that is not loaded, and no task sleeps in \
            what is not loaded.
            """,
        source: "klp_free_patch_start, klp_module_coming, klp_force_transition (klp_patch.forced)",
        advice: "who is listed when the last step begins; which task sleeps where, and since when",
        promise: "every generation",
        isPromised: { _ in true },
        brokenByStep: { step, _ in
            for operation in step.operations {
                for expectation in operation.prediction.expectations {
                    let event = expectation.event
                    guard event.message.isDeed, let patch = event.patch, !operation.concerns(patch) else { continue }
                    let deed = event.callback == nil ? "'\(patch)' is applied or reverted" : "\(event.words) runs"
                    return "\(deed), and '\(patch)' is not listed"
                }
            }
            return nil
        },
        brokenInState: { machine, _, _ in
            for patch in machine.state.patches where patch.objects.contains(where: \.isPatched) {
                if !machine.livepatches.contains(patch.name) {
                    return "functions lead to '\(patch.name)', which is not loaded"
                }
                if !patch.isEnabled, !machine.state.isInTransition(patch.name) {
                    return "functions lead to '\(patch.name)', which is disabled"
                }
            }
            for sleeper in machine.sleepers {
                if case .replacement(let patch) = sleeper.implementation, !machine.livepatches.contains(patch) {
                    return "a task sleeps in \(sleeper.function.name) of '\(patch)', which is not loaded"
                }
                if !machine.isLoaded(sleeper.function.object) {
                    return "a task sleeps in \(sleeper.function.name), and '\(sleeper.function.object)' is not loaded"
                }
            }
            return nil
        })

    static let transitionCanComplete = Invariant(
        name: "transition-can-complete",
        statement: """
            A transition completes once no task is in a function that the stack check looks for. For each function the check compares \
            with a code that the function has.
            """,
        source: "klp_check_stack_func (linux-4.12): the entry below the patch's own, read from the bottom of the stack",
        advice: """
            whose function is meant, and in which order the livepatches of that function were enabled. Kernels from 5.10 to 7.2 were \
            seen to stall there: every task seems to sleep in the function; a second reversal or a force ends it
            """,
        promise: "generations in which tasks are switched one by one",
        isPromised: { $0.consistency == .perTask },
        brokenInState: { machine, _, _ in
            guard let running = machine.state.transition, let function = machine.functionsComparedBeyondTheirStack.first
            else { return nil }
            return
                "the transition of '\(running.patch)' may never complete: for \(function.name) the stack check reads beyond "
                + "the bottom of the function's stack"
        })

    static let refusedOperationChangesNothing = Invariant(
        name: "refused-operation-changes-nothing",
        statement: """
            An operation that fails leaves everything as it was: who is listed, enabled and patched, the transition that runs, the \
            modules, the shadow variables and who uses them.
            """,
        source: "the error labels of klp_enable_patch, __klp_enable_patch and klp_module_coming",
        advice: "what the operation did before it failed, and who undoes it",
        promise: "every generation",
        isPromised: { _ in true },
        brokenByStep: { step, _ in
            guard let failure = step.failure, step.acted.state != step.before.state else { return nil }
            return "it failed with \(failure.name), and \(step.acted.state.difference(from: step.before.state)) changed"
        })

    static let nothingLeft = Invariant(
        name: "nothing-left",
        statement: """
            When no module is loaded any more and no transition runs, no livepatch is listed and no function is patched. Shadow \
            variables may stay: nobody owns them.
            """,
        source: "klp_complete_transition, klp_free_patch_async, klp_module_going",
        advice: "what is listed after the last module was removed",
        promise: "every generation",
        isPromised: { _ in true },
        brokenInState: { machine, _, _ in
            let state = machine.state
            guard machine.livepatches.isEmpty, state.loadedModules.isEmpty, state.transition == nil,
                let patch = state.patches.first
            else { return nil }
            return "'\(patch.name)' is still listed, and no module is loaded"
        })
}

extension MessageID {
    /// True for the lines that tell of a livepatch's own code, or of its functions in a module.
    fileprivate var isDeed: Bool {
        isCallback || self == .applying || self == .reverting
    }
}

extension PerformedOperation {
    /// True if the patch is listed before or after it, or fails to be enabled by it.
    fileprivate func concerns(_ patch: String) -> Bool {
        if case .enable(patch, _) = operation { return true }
        return before.patch(patch) != nil || after.patch(patch) != nil
    }
}

extension EngineState {
    fileprivate func difference(from other: EngineState) -> String {
        if patches != other.patches { return "the list of livepatches" }
        if transition != other.transition { return "the transition" }
        if shadowVariables != other.shadowVariables { return "the shadow variables" }
        return shadowTypes != other.shadowTypes ? "who uses which type of shadow variables" : "the modules"
    }
}
