import Livepatch
import ReferenceEngine
import Simulation

extension Invariant {
    static let statesAlternate = Invariant(
        name: "states-alternate",
        statement: """
            The callbacks of a state come in their order, whichever livepatch they belong to: it is set up (pre_patch) once before \
            it is released (post_unpatch), and enabled (post_patch) and disabled (pre_unpatch) in turn between these. Livepatches that \
            share a state hand it over in silence.
            """,
        source:
            "klp_setup_states to klp_release_states (states-2023), klp_states_pre_patch to klp_states_post_unpatch (states-2025)",
        advice:
            "which livepatches have the state, and whom the walk over all others comes to, also those enabled later",
        promise: "generations in which callbacks belong to states",
        isPromised: { $0.callbackOwner == .states },
        brokenByStep: { _, outOfOrder in outOfOrder.stateCallback.map { "\($0.words) runs out of order" } })

    static let statesOfEnabledPatchAreOn = Invariant(
        name: "states-of-enabled-patch-are-on",
        statement:
            "Where no transition runs, each state of a livepatch that is enabled is enabled: post_patch ran last.",
        source: "klp_enable_states (states-2023), klp_states_post_patch_replaced (states-2025)",
        advice: "what a transition that was turned round had disabled before it started",
        promise: "generations in which callbacks belong to states",
        isPromised: { $0.callbackOwner == .states },
        brokenInState: { machine, monitor, subject in
            for (place, watched) in subject.states.enumerated() {
                guard let owner = machine.state.owner(of: watched.id, machine.manifest),
                    machine.state.transition == nil, monitor.states[place] & CallbackLanguage.patched == 0
                else { continue }
                return "state \(watched.id) of '\(owner)' is not enabled"
            }
            return nil
        })

    static let statesWithoutOwnerAreReleased = Invariant(
        name: "states-without-owner-are-released",
        statement: "Where no transition runs, a state that no listed livepatch has is released: post_unpatch ran last.",
        source:
            "klp_release_states, is_state_in_other_patches (states-2023), klp_states_post_unpatch_replaced (states-2025)",
        advice: "whether two livepatches that went together had the state: each leaves it to the other",
        promise: "generations in which callbacks belong to states",
        isPromised: { $0.callbackOwner == .states },
        brokenInState: { machine, monitor, subject in
            for (place, watched) in subject.states.enumerated() {
                guard machine.state.transition == nil, machine.state.owner(of: watched.id, machine.manifest) == nil,
                    monitor.states[place] & CallbackLanguage.unprepared == 0
                else { continue }
                return "state \(watched.id) is not released, and no livepatch has it any more"
            }
            return nil
        })

    static let shadowVariablesHaveAnOwner = Invariant(
        name: "shadow-variables-have-an-owner",
        statement: """
            A shadow variable does not outlive its owner, and is not taken from it. Where types are registered: a type has as many \
            users as there are livepatches that use it in a loaded object, so that its variables go with the last one. Where \
            states own the variables of their id: they are gone when the last listed livepatch goes that has the state. What \
            somebody allocates without one is his own.
            """,
        source:
            "klp_shadow_unregister (shadow-types-2022), klp_release_states (states-2023), klp_states_post_unpatch (states-2025)",
        advice: "who registered the type, and whether anybody unregisters it when its livepatch is replaced",
        promise: "generations in which shadow variables are freed with their owner",
        isPromised: { $0.shadowOwner != .nobody },
        brokenByStep: { step, _ in
            guard [.anyState, .preparedState].contains(step.before.generation.policies.shadowOwner) else { return nil }
            return step.operations.lazy.compactMap { $0.orphan(step.before.manifest) }.first
        },
        brokenInState: { machine, _, _ in
            machine.generation.policies.shadowOwner == .registeredTypes ? machine.miscountedType : nil
        })
}

extension Machine {
    /// A type whose count of users is wrong.
    fileprivate var miscountedType: String? {
        var users: [UInt64: Int] = [:]
        for patch in state.patches where patch.isEnabled || state.isInTransition(patch.name) {
            let objects = manifest.livepatches[patch.name]?.objects.filter { description in
                patch.objects.contains { $0.name == description.name && $0.isLoaded }
            }
            for id in Set((objects ?? []).flatMap(\.shadowTypes)) { users[id, default: 0] += 1 }
        }
        for id in Set(users.keys).union(state.shadowTypes.users.keys).sorted() {
            let (counted, due) = (state.shadowTypes.users[id] ?? 0, users[id] ?? 0)
            guard counted != due else { continue }
            let consequence = counted > due ? "its variables are never freed" : "its variables are freed too early"
            return "the type \(id) of shadow variables has \(counted) users instead of \(due): \(consequence)"
        }
        return nil
    }
}

extension PerformedOperation {
    /// A variable of a state whose last livepatch this operation takes away, or does not let in.
    fileprivate func orphan(_ manifest: Manifest) -> String? {
        if case .shadow = operation { return nil }
        let variables = after.shadowVariables
        guard after.transition == nil, variables.count > 0 else { return nil }
        let states = manifest.livepatches.values.flatMap { $0.states ?? [] }.filter(\.isShadow).map(\.id)
        for key in variables.keys {
            guard let id = UInt(exactly: key.id), states.contains(id), after.owner(of: id, manifest) == nil,
                before.owner(of: id, manifest) != nil || before.shadowVariables[key] == nil
            else { continue }
            return "a shadow variable of state \(id) is left, and no livepatch has the state any more"
        }
        return nil
    }
}
