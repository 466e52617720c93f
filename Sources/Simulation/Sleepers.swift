import Livepatch
import ReferenceEngine

/// A task that sleeps in a function, in one of its implementations.
struct Sleeper: Hashable, Sendable {
    let function: String
    /// The livepatch whose implementation it is in; nil for the original.
    let implementation: String?
}

extension Machine {
    /// A task enters the function. It runs what a task that is already switched runs.
    mutating func block(_ function: String) {
        sleepers.insert(Sleeper(function: function, implementation: entered(function)))
    }

    private func entered(_ function: String) -> String? {
        let stack = implementations(of: function)
        guard let running = state.transition else { return stack.last }
        switch running.direction {
        case .unpatching where stack.last == running.patch: return stack.dropLast().last
        case .patching where restores(function, running): return nil
        default: return stack.last
        }
    }

    /// The function in which a task holds up the transition; nil if none does, or the transition is forced.
    ///
    /// klp_check_stack_func (linux-5.5): while a patch is applied a task must not be in what each of its functions ran
    /// before, while it is taken off not in the patch's own implementation.
    public var blockingFunction: String? {
        guard let running = state.transition, !running.isForced else { return nil }
        return sleepers.map(\.function).sorted().first { function in
            let checked = checkedImplementations(of: function, running)
            return sleepers.contains { $0.function == function && checked.contains($0.implementation) }
        }
    }

    private func checkedImplementations(of function: String, _ running: Transition) -> [String?] {
        let stack = implementations(of: function)
        let isPatched = stack.contains(running.patch)
        let before = stack.prefix { $0 != running.patch }.last
        switch running.direction {
        case .unpatching where isPatched: return [running.patch]
        case .unpatching: return restores(function, running) ? [nil] : []
        case .patching: return isPatched || restores(function, running) ? [before] : []
        }
    }

    /// True if the patch in transition replaces, and patches that it replaces patch the function: its own implementation
    /// is then the original (klp_add_nops, linux-5.1).
    private func restores(_ function: String, _ running: Transition) -> Bool {
        let stack = implementations(of: function)
        let replaced = engine.replaced(by: running.patch, state)
        return !stack.contains(running.patch) && stack.contains(where: replaced.contains)
    }

    /// True if a livepatch has patched a function, so that ftrace calls its handler. What a replace patch restores counts with
    /// the livepatches that it replaces: they are patched as long as it restores (klp_add_nops, klp_discard_nops).
    var hasPatchedFunctions: Bool {
        state.patches.contains { entry in
            entry.objects.contains { object in
                object.isPatched && !object.isDynamic
                    && manifest.livepatches[entry.name]?.object(object.name)?.functions.isEmpty == false
            }
        }
    }

    /// The livepatches that have patched the function, in the order of patching; the last one's implementation runs.
    func implementations(of function: String) -> [String] {
        state.patches.filter { entry in
            entry.objects.contains { object in
                object.isPatched && !object.isDynamic
                    && manifest.livepatches[entry.name]?.object(object.name)?.functions.contains(function) == true
            }
        }.map(\.name)
    }
}
