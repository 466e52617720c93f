import Livepatch
import ReferenceEngine
import Simulation

extension Invariant {
    static let tasksDoNotMix = Invariant(
        name: "tasks-do-not-mix",
        statement: """
            No task runs the old code of one function and the new code of another, or sleeps in a code that is not for it: where no \
            transition runs, in one that the function does not lead to; during a transition, in one that it leads to neither in \
            the unpatched nor in the patched state. What a task runs does not change when a transition begins, for those that \
            are not switched, and not when it completes, for those that are. A task that was forced is excepted where it sleeps.
            """,
        source: "klp_ftrace_handler, klp_check_stack_func (linux-4.12)",
        advice: "the function stack before and after the last step, and in which code the task sleeps",
        promise: "generations in which tasks are switched one by one",
        isPromised: { $0.consistency == .perTask },
        brokenByStep: { step, _ in
            for operation in step.operations {
                if let broken = operation.switchedFunction(step.acted.engine) { return broken }
            }
            return nil
        },
        brokenInState: { machine, monitor, _ in
            for sleeper in machine.sleepers where !monitor.forcedSleepers.contains(sleeper) {
                let stack = machine.stack(of: sleeper.function)
                let selected = [TaskState.unpatched, .patched].map {
                    stack.implementation(for: $0, in: machine.state.transition)
                }
                guard !selected.contains(sleeper.implementation) else { continue }
                return "a task sleeps in \(sleeper.words), which no task runs any more"
            }
            return nil
        })
}

extension PerformedOperation {
    /// A function that leads some task to another code because a transition begins or completes.
    fileprivate func switchedFunction(_ engine: ReferenceEngine) -> String? {
        let tasks: (before: TaskState, after: TaskState)
        switch (before.transition, after.transition) {
        case (nil, let running?): tasks = (.patched, running.origin)
        case (let running?, nil): tasks = (running.target, .patched)
        default: return nil
        }
        let known = engine.patchedFunctions(in: before)
        for function in known + engine.patchedFunctions(in: after).filter({ !known.contains($0) }) {
            let old = engine.stack(of: function, in: before).implementation(for: tasks.before, in: before.transition)
            let new = engine.stack(of: function, in: after).implementation(for: tasks.after, in: after.transition)
            guard old != new else { continue }
            let event = before.transition == nil ? "begins" : "completes"
            return "\(function.name) led to \(old.words), and leads to \(new.words) when the transition \(event)"
        }
        return nil
    }
}

extension Sleeper {
    fileprivate var words: String { "\(function.name), in \(implementation.words)" }
}

extension Implementation {
    fileprivate var words: String {
        switch self {
        case .original: "the original"
        case .replacement(let patch): "the code of '\(patch)'"
        }
    }
}
