import Livepatch

/// Which functions of modules are callbacks, and which ones.
///
/// Livepatch calls callbacks by their addresses, and their names are their author's. What the task that calls them is doing tells
/// the kind:
///
///     klp_enable_patch { klp_init_transition   pre_patch*    klp_start_transition ... }
///     enabled_store    { klp_init_transition   pre_unpatch*  klp_start_transition ... }
///     klp_complete_transition { post_patch* or post_unpatch* }
///     klp_module_coming { klp_init_object_loaded  pre_patch  klp_patch_object  post_patch, or post_unpatch if it failed }
///     klp_cleanup_module_patches_limited { (pre_unpatch  klp_unpatch_object  post_unpatch)* }
///
/// (kernel/livepatch/core.c and transition.c, 4.15 to 7.2.)
extension StepFollower {
    /// A line tells which callbacks its task runs next, if the functions around them are not traced.
    mutating func note(_ line: Event) {
        guard let patch = line.patch, !step.record.isPrintedLater else { return }
        if line.message == .starting { tasks[task]?.hasStarted = true }
        if line.message == .reverting { tasks[task]?.reverted = patch }
        let kind: CallbackKind? =
            switch (line.message, line.direction) {
            case (.enabling, _): .prePatch
            case (.initializing, .unpatching): .preUnpatch
            case (.completing, .patching): .postPatch
            case (.completing, .unpatching): .postUnpatch
            default: nil
            }
        switch line.message {
        case .initializing where kind == nil: break
        default: tasks[task, default: TaskContext()].announced = kind.map { ($0, patch) }
        }
    }

    /// A callback is told by its name, or else by what the task is doing.
    mutating func callback(_ function: TracedFunction) {
        // A function of the kernel is none, even if its name has `_patch` in it.
        guard function.module != nil || function.isNamedByProbe || Self.kind(function.name) != nil else { return }
        // Where no function around it is traced, nothing tells what it is part of.
        guard let place = callbackPlace ?? announcedPlace(function.module) else { return }
        let byPlace = isSurePlace ? place.kind ?? kindWhileUnpatching(function.module) : nil
        guard let kind = Self.kind(function.name) ?? byPlace else { return }
        flushApplying()
        let patch = function.module ?? place.patch
        let object = arguments.object ?? place.object
        let event = Event(
            .callback, patch: patch, object: object, callback: kind,
            moduleState: object == Event.vmlinux || object == nil ? nil : moduleState)
        // What a callback itself calls stands at its place, too; it is no second one.
        if let last = tasks[task]?.lastCallback, last.event == event, last.function != function.name { return }
        tasks[task, default: TaskContext()].lastCallback = (function.name, event)
        add(event)
        if kind == .preUnpatch, case .going(let module, let reverted, let isUnpatched, _)? = context {
            tasks[task]?.context = .going(module: module, patch: reverted, isUnpatched: isUnpatched, leaving: patch)
        }
    }

    /// Where in an operation the task is: which callbacks may run there, of which livepatch and for which object.
    private var callbackPlace: (kind: CallbackKind?, patch: String?, object: String?)? {
        if let completion, completion.task == task {
            let kind = completion.direction.map { $0 == .patching ? CallbackKind.postPatch : .postUnpatch }
            return (kind, completion.patch, nil)
        }
        switch context {
        case .enabling where tasks[task]?.hasStarted == true, .disabling where tasks[task]?.hasStarted == true:
            return nil
        case .enabling(let patch, _, true): return (.prePatch, patch, nil)
        case .coming(let module, let patch, .loaded): return (.prePatch, patch, module)
        case .coming(let module, let patch, .patched): return (.postPatch, patch, module)
        case .coming(let module, let patch, .failed): return (.postUnpatch, patch, module)
        case .coming(let module, _, .refused): return (nil, applied[module ?? ""]?.first, module)
        case .going(let module, let patch, let isUnpatched, _):
            return isUnpatched ? (nil, patch, module) : (.preUnpatch, next(after: patch, of: module ?? ""), module)
        case .disabling(let patch): return (.preUnpatch, patch, nil)
        case .enabling(_, _, false), nil: return nil
        }
    }

    private func announcedPlace(_ module: String?) -> (kind: CallbackKind?, patch: String?, object: String?)? {
        guard let announced = tasks[task]?.announced, announced.patch == module else { return nil }
        return (announced.kind, announced.patch, nil)
    }

    /// The state of the module that a callback is for.
    private var moduleState: ModuleState {
        switch context {
        case .coming: .coming
        case .going: .going
        case .enabling, .disabling, nil: .live
        }
    }

    private static func kind(_ name: String) -> CallbackKind? {
        CallbackKind.allCases.last { name.contains($0.rawValue) }
    }

    /// A module's objects are reverted one after the other: post_unpatch belongs to the one that was reverted last, and pre_unpatch
    /// to another one. (klp_cleanup_module_patches_limited)
    private func kindWhileUnpatching(_ patch: String?) -> CallbackKind? {
        guard let patch else { return nil }
        let reverted = tasks[task]?.reverted
        switch context {
        // Which one was reverted may not be known.
        case .going(_, _, true, _): return reverted.map { $0 == patch ? .postUnpatch : .preUnpatch }
        case .coming(_, let refused, .refused):
            if patch == refused || patch == reverted { return .postUnpatch }
            return reverted == nil && refused == nil ? nil : .preUnpatch
        default: return nil
        }
    }

    /// True if what parts the places of callbacks is traced: without it one place looks like the next.
    private var isSurePlace: Bool {
        if let completion, completion.task == task { return true }
        return switch context {
        case .enabling, .disabling: hasLines || traced.contains("klp_start_transition")
        case .coming(_, _, .refused), .going: traced.contains("klp_unpatch_object")
        case .coming: traced.contains("klp_patch_object")
        case nil: true
        }
    }

    mutating func leaveCallback(_ function: TracedFunction) {
        guard let result = arguments.result, result != 0, Self.kind(function.name) == .prePatch else { return }
        let last = events.last { $0.event.message == .callback && $0.record.task?.pid == step.record.task?.pid }
        if case .enabling? = context { add(Event(.prePatchFailed, object: last?.event.object)) }
        if case .coming(let module, _, _)? = context { add(Event(.prePatchFailed, object: module)) }
    }
}
