import Livepatch

/// A function that livepatches patch: klp_func.old_name in its klp_object.
public struct PatchedFunction: Hashable, Sendable {
    /// `vmlinux` or a module's name.
    public var object: String
    /// The function's name.
    public var name: String

    /// Puts a `PatchedFunction` together from its parts.
    public init(object: String, name: String) {
        self.object = object
        self.name = name
    }
}

/// One of the codes that a function has.
public enum Implementation: Hashable, Sendable {
    /// klp_func.old_func: what the kernel or the module was built with.
    case original
    /// klp_func.new_func of the livepatch.
    case replacement(patch: String)
}

/// task_struct.patch_state while a transition runs.
public enum TaskState: Hashable, Sendable {
    /// KLP_UNPATCHED: the task runs what was there before the patch in transition.
    case unpatched
    /// KLP_PATCHED: the task runs the code of the patch in transition.
    case patched
}

extension Transition {
    /// The state of a task that is switched (klp_target_state).
    public var target: TaskState { direction == .patching ? .patched : .unpatched }
    /// The state of a task that is still to be switched.
    public var origin: TaskState { direction == .patching ? .unpatched : .patched }
}

/// klp_ops.func_stack: the implementations that livepatches put over a function. Below all of them is the original.
public struct FunctionStack: Hashable, Sendable {
    /// One struct klp_func.
    public struct Entry: Hashable, Sendable {
        /// The livepatch.
        public var patch: String
        /// klp_func.nop: a patch that replaces gives the function its original back.
        public var isNop: Bool

        /// Puts an `Entry` together from its parts.
        public init(patch: String, isNop: Bool = false) {
            self.patch = patch
            self.isNop = isNop
        }

        /// What runs where this entry is chosen. The new_func of a nop is the old_func.
        public var implementation: Implementation { isNop ? .original : .replacement(patch: patch) }
    }

    /// What the stack check compares the return addresses of a task with.
    public enum Comparison: Hashable, Sendable {
        /// The task must not be in this implementation.
        case implementation(Implementation)
        /// The memory behind the last entry, as if it were an entry: nobody knows with what, so that a task may be taken for one that
        /// is in the function for ever, or never.
        case beyondTheStack
    }

    /// The entries, the one that was added first at the bottom, which is the first here.
    public var entries: [Entry]

    /// Puts a `FunctionStack` together from its entries, bottom first.
    public init(_ entries: [Entry] = []) { self.entries = entries }

    /// What a task runs that calls the function (klp_ftrace_handler): the top, but if the top belongs to the patch in transition and
    /// the task is not patched, what is below it.
    public func implementation(for task: TaskState, in transition: Transition?) -> Implementation {
        guard let top = entries.last else { return .original }
        guard task == .unpatched, top.patch == transition?.patch else { return top.implementation }
        return entries.dropLast().last?.implementation ?? .original
    }

    /// With what the stack check compares for this function (klp_check_stack_func, linux-4.12); nil if the patch in transition does
    /// not patch it.
    ///
    /// On the way to the unpatched state that is the patch's own implementation. On the way to the patched state it is the
    /// original if the stack has one entry, and otherwise the entry below the patch's own: which the bottom of the stack does not
    /// have.
    public func comparison(in transition: Transition) -> Comparison? {
        guard let place = entries.firstIndex(where: { $0.patch == transition.patch }) else { return nil }
        if transition.direction == .unpatching { return .implementation(entries[place].implementation) }
        if entries.count == 1 { return .implementation(.original) }
        return place == 0 ? .beyondTheStack : .implementation(entries[place - 1].implementation)
    }
}

/// The function stacks, as they follow from who is listed and patched.
extension ReferenceEngine {
    /// The stack of the function. The list's order is the stacks': a patch is listed when it is enabled, and a coming module is
    /// patched in the order of the list.
    public func stack(of function: PatchedFunction, in state: EngineState) -> FunctionStack {
        var stack = FunctionStack()
        for patch in state.patches where patch.isPatched(function.object) {
            if isPatched(function, by: patch) {
                stack.entries.append(FunctionStack.Entry(patch: patch.name))
            } else if restores(function, by: patch, state) {
                stack.entries.append(FunctionStack.Entry(patch: patch.name, isNop: true))
            }
        }
        return stack
    }

    /// The functions with a stack, each once, in the order of the list.
    public func patchedFunctions(in state: EngineState) -> [PatchedFunction] {
        var result: [PatchedFunction] = []
        for patch in state.patches {
            for object in patch.objects where object.isPatched && !object.isDynamic {
                for name in manifest.livepatches[patch.name]?.object(object.name)?.functions ?? [] {
                    let function = PatchedFunction(object: object.name, name: name)
                    if !result.contains(function) { result.append(function) }
                }
            }
        }
        return result
    }

    /// True if a function is patched, so that ftrace calls livepatch's handler. What a patch restores counts with the patches that it
    /// replaces: they are patched as long as it restores (klp_add_nops, klp_discard_nops).
    public func hasPatchedFunctions(in state: EngineState) -> Bool {
        !patchedFunctions(in: state).isEmpty
    }

    private func isPatched(_ function: PatchedFunction, by patch: PatchState) -> Bool {
        manifest.livepatches[patch.name]?.object(function.object)?.functions.contains(function.name) == true
    }

    /// True if the patch has a nop for the function: since it was enabled, until its patching completes, where a patch that it
    /// replaces patches the function and it does not (klp_add_nops, linux-5.1).
    private func restores(_ function: PatchedFunction, by patch: PatchState, _ state: EngineState) -> Bool {
        guard policies.replace != .absent, state.isInTransition(patch.name) else { return false }
        return state.patches.prefix { $0.name != patch.name }.contains {
            isPatched(function, by: $0) && replaces(patch.name, $0.name)
        }
    }
}

extension PatchState {
    fileprivate func isPatched(_ object: String) -> Bool {
        objects.contains { $0.isPatched && $0.name == object }
    }
}
