import Livepatch
import ReferenceEngine

/// A task that sleeps in a function, in one of its implementations.
public struct Sleeper: Hashable, Sendable {
    /// The function.
    public let function: PatchedFunction
    /// What the task has on its stack.
    public let implementation: Implementation
}

extension Machine {
    /// A task enters the function. It runs what a task that is already switched runs.
    mutating func block(_ name: String) {
        let function = patchedFunction(name)
        let task = state.transition?.target ?? .patched
        let implementation = stack(of: function).implementation(for: task, in: state.transition)
        sleepers.insert(Sleeper(function: function, implementation: implementation))
    }

    /// The tasks leave the function.
    mutating func unblock(_ name: String) { sleepers = sleepers.filter { $0.function.name != name } }

    /// The function in which a task holds up the transition; nil if none does, or the transition is forced.
    ///
    /// Where the stack check reads beyond a function's stack, nobody is taken for one who sleeps there: that may happen.
    public var blockingFunction: String? {
        guard !sleepers.isEmpty, let running = state.transition, !running.isForced else { return nil }
        return sleepers.lazy.filter { sleeper in
            stack(of: sleeper.function).comparison(in: running) == .implementation(sleeper.implementation)
        }.map(\.function.name).min()
    }

    /// The functions for which the stack check of the running transition reads beyond the stack: there it may never find an end.
    public var functionsComparedBeyondTheirStack: [PatchedFunction] {
        guard let running = state.transition, !running.isForced else { return [] }
        return engine.patchedFunctions(in: state).filter { stack(of: $0).comparison(in: running) == .beyondTheStack }
    }

    /// The function's stack as it is now.
    public func stack(of function: PatchedFunction) -> FunctionStack { engine.stack(of: function, in: state) }

    /// The function of that name: no two objects have one in the steps of a scenario.
    public func patchedFunction(_ name: String) -> PatchedFunction {
        let owners = manifest.livepatches.values.flatMap(\.objects).filter { $0.functions.contains(name) }
        return PatchedFunction(object: owners.map(\.name).min() ?? Event.vmlinux, name: name)
    }
}
