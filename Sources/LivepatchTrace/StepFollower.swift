import Ftrace
import Livepatch

/// Follows the functions of livepatch through a trace, and says which of the kernel's messages each stands for.
///
/// Every message is printed by one function at one place, so its entry, or its return, tells the same as the line:
///
///     klp_enable_patch(P) { klp_init_transition(P) ...       enabling patch 'P', 'P': initializing patching transition
///     klp_start_transition()                                 'P': starting patching transition
///     klp_complete_transition() { ... }                      'P': completing ... transition, 'P': ... complete
///     klp_module_coming(M) { klp_init_object_loaded(P, M)    applying patch 'P' to loading module 'M'
///
/// (kernel/livepatch/core.c and transition.c, 4.12 to 7.2.) What a function is not told in its arguments is taken from the
/// call that encloses it in the same task, and from the one transition that there can be (klp_transition_patch).
struct StepFollower {
    private(set) var events: [TracedEvent] = []
    var tasks: [Int: TaskContext] = [:]
    private var transition: RunningTransition?
    /// The livepatches that were applied to each object, in the order of klp_patches.
    var applied: [String: [String]] = [:]
    /// The task that is within klp_complete_transition, and the event that begins it.
    var completion: Completion?
    /// The functions of livepatch whose entries are traced: what is not among them tells nothing by its absence.
    let traced: Set<String>
    /// True if the trace holds lines that the kernel printed about livepatches.
    let hasLines: Bool
    /// True once klp_enable_patch was seen: it is traced.
    private var hasEnableEntries = false
    /// True from klp_reverse_transition until klp_start_transition.
    private var isStarting = false
    var step: TracedStep
    /// The step's place in the trace.
    private var place = 0

    private struct RunningTransition {
        var patch: String?
        /// Nil if no argument and no enclosing function tells.
        var direction: Direction?
        var hasSignaled = false
    }

    struct Completion {
        var task: Int
        var patch: String?
        var direction: Direction?
    }

    /// What a task is doing for livepatch.
    enum Context {
        case enabling(patch: String?, replaces: Bool?, hasBegun: Bool)
        case disabling(patch: String?)
        case coming(module: String?, patch: String?, phase: ComingPhase)
        /// The livepatch that was reverted last, as far as it can be told, and the one whose pre_unpatch ran since.
        case going(module: String?, patch: String?, isUnpatched: Bool, leaving: String?)
    }

    enum ComingPhase { case loaded, patched, failed, refused }

    struct TaskContext {
        var context: Context?
        /// The event of klp_init_object_loaded, until something shows that it succeeded.
        var applying: TracedEvent?
        /// The object that klp_patch_object was entered with last.
        var patchedObject: String?
        /// Which callbacks a line announced, of which livepatch.
        var announced: (kind: CallbackKind, patch: String)?
        /// True once the transition that the task prepared has started.
        var hasStarted = false
        /// The livepatch that was surely reverted last while a module goes, or is refused.
        var reverted: String?
        /// The function that was taken for a callback last, and its place.
        var lastCallback: (function: String, event: Event)?
        /// True within klp_shadow_alloc and klp_shadow_get_or_alloc.
        var isAllocatingShadow = false
    }

    private let recogniser: Recogniser
    /// How many modules went that a livepatch was applied to, and of which no klp_unpatch_object was seen.
    private var unseenReverts = 0

    /// Follows the steps of a trace to their end. The events are those of the functions, and the lines that the kernel printed, in
    /// order.
    static func follow(_ steps: [TracedStep], _ recogniser: Recogniser) -> (events: [TracedEvent], unseenReverts: Int) {
        guard let first = steps.first else { return ([], 0) }
        let traced = Set(
            steps.compactMap { step in
                if case .entry(let function) = step.kind, function.isOfLivepatch { function.name } else { nil }
            })
        let hasLines = steps.contains { step in
            if case .printed(let text) = step.kind { text.hasPrefix("livepatch: ") } else { false }
        }
        var follower = StepFollower(step: first, traced: traced, hasLines: hasLines, recogniser: recogniser)
        for (place, step) in steps.enumerated() {
            follower.place = place
            follower.take(step)
        }
        return (follower.events, follower.unseenReverts)
    }

    private init(step: TracedStep, traced: Set<String>, hasLines: Bool, recogniser: Recogniser) {
        self.step = step
        self.traced = traced
        self.hasLines = hasLines
        self.recogniser = recogniser
    }

    private mutating func take(_ step: TracedStep) {
        self.step = step
        switch step.kind {
        case .entry(let function): enter(function)
        case .exit(let function): leave(function)
        case .module(.load, let name):
            if case .coming(name, _, _)? = context { finishComing(result: nil) }
            add(Event(.moduleLoaded, object: name))
        case .module(.free, let name): add(Event(.moduleFreed, object: name))
        case .printed(let text):
            guard let found = recogniser.identify(text) else { return }
            note(found.event)
            add(found.event, .printed)
            events[events.count - 1].generations = found.generations
        case .note(let text):
            if let event = recogniser.recognise(text, isFromUserSpace: true) { add(event, .printed) }
        case .module, .systemCall: break
        }
    }

    // MARK: - Tasks

    /// Who runs: the task, or, where the trace does not show it, whatever the CPU runs.
    var task: Int { step.record.task?.pid ?? -2 &- (step.record.cpu ?? -1) }

    var context: Context? {
        get { tasks[task]?.context }
        set {
            tasks[task, default: TaskContext()].context = newValue
            tasks[task]?.hasStarted = false
            tasks[task]?.lastCallback = nil
        }
    }

    var arguments: StepArguments { step.arguments }

    mutating func add(_ event: Event, _ evidence: TracedEvent.Evidence = .function) {
        events.append(TracedEvent(event, evidence, step: step, place: place))
    }

    private func direction(_ state: Int64?) -> Direction? { state.map { $0 == 0 ? .unpatching : .patching } }

    // MARK: - Entries

    private mutating func enter(_ function: TracedFunction) {
        guard function.isOfLivepatch else { return callback(function) }
        endCompletion(by: function)
        if function.needsMutex { assumeStart(before: function.name) }
        switch function.name {
        case "klp_enable_patch":
            hasEnableEntries = true
            flushApplying()
            context = .enabling(patch: arguments.patch, replaces: arguments.replaces, hasBegun: false)
            if !traced.contains("klp_init_transition"), let patch = arguments.patch {
                add(Event(.enabling, patch: patch), .attempt)
            }
        case "klp_init_transition": initTransition()
        case "klp_start_transition": startTransition()
        case "klp_reverse_transition": reverse()
        case "klp_cancel_transition": cancel()
        case "klp_force_transition": add(Event(.forcing))
        case "klp_send_signals": signal()
        case "klp_complete_transition": complete()
        case "klp_try_complete_transition": tasks[task]?.hasStarted = true
        case "klp_module_coming":
            flushApplying()
            context = .coming(module: arguments.module, patch: nil, phase: .loaded)
            tasks[task]?.reverted = nil
        case "klp_module_going":
            flushApplying()
            tasks[task, default: TaskContext()].reverted = nil
            context = .going(module: arguments.module, patch: nil, isUnpatched: false, leaving: nil)
            if let module = arguments.module, applied[module]?.isEmpty == false { unseenReverts += 1 }
        case "klp_init_object_loaded": objectLoaded()
        case "klp_patch_object": patchObject()
        case "klp_unpatch_object": unpatchObject()
        case "klp_cleanup_module_patches_limited": cleanUp()
        case "klp_unpatch_replaced_patches": noteReplacement()
        default: shadow(function.name)
        }
    }

    /// A call of the shadow variable API, whose caller may print it. klp_shadow_alloc and klp_shadow_get_or_alloc look for the
    /// variable with klp_shadow_get (__klp_shadow_get_or_alloc, 4.15 and later).
    private mutating func shadow(_ function: String) {
        guard let call = ShadowCall.Function(rawValue: function) else { return }
        let isFromWithin = step.record.fields.text("parent_ip")?.contains("klp_shadow_") == true
        if call == .get, isFromWithin || tasks[task]?.isAllocatingShadow == true { return }
        tasks[task, default: TaskContext()].isAllocatingShadow = call == .alloc || call == .getOrAlloc
        add(Event(call.message))
    }

    private mutating func initTransition() {
        var patch = arguments.patch
        var direction = direction(arguments.state)
        if case .enabling(let enabled, let replaces, false)? = context, direction != .unpatching {
            patch = patch ?? enabled
            direction = .patching
            context = .enabling(patch: patch, replaces: replaces, hasBegun: true)
            add(Event(.enabling, patch: patch))
            events[events.count - 1].replaces = replaces
        }
        // Whoever enables a livepatch is within klp_enable_patch, if that is traced.
        if direction == nil, hasEnableEntries { direction = .unpatching }
        if direction == .unpatching { context = .disabling(patch: patch) }
        transition = RunningTransition(patch: patch, direction: direction)
        add(Event(.initializing, patch: patch, direction: direction))
    }

    private mutating func startTransition() {
        // Not the one that a reversal before it began, if it goes the other way.
        if isStarting, let direction = direction(arguments.state), direction != transition?.direction {
            assumeStart(before: "")
        }
        isStarting = false
        if case .disabling? = context { context = nil }
        tasks[task]?.hasStarted = true
        let patch = arguments.patch ?? transition?.patch
        let direction = direction(arguments.state) ?? transition?.direction
        transition = RunningTransition(patch: patch, direction: direction)
        add(Event(.starting, patch: patch, direction: direction))
    }

    private mutating func reverse() {
        let patch = arguments.patch ?? transition?.patch
        let direction = direction(arguments.state) ?? transition?.direction
        add(Event(.reversing, patch: patch, direction: direction))
        transition = RunningTransition(patch: patch, direction: direction?.reversed)
        isStarting = true
    }

    /// klp_reverse_transition calls klp_start_transition, which a compiler may have made a part of it.
    private mutating func assumeStart(before function: String) {
        guard isStarting, function != "klp_start_transition", let transition else { return }
        isStarting = false
        add(Event(.starting, patch: transition.patch, direction: transition.direction), .laterFunction)
    }

    private mutating func cancel() {
        let patch = arguments.patch ?? transition?.patch
        if case .enabling(let enabled, _, _)? = context { add(Event(.enableFailed, patch: patch ?? enabled)) }
        add(Event(.canceling, patch: patch))
        transition = RunningTransition(patch: patch, direction: .unpatching)
    }

    /// klp_send_signals prints only the first time in a transition.
    private mutating func signal() {
        guard transition?.hasSignaled != true else { return }
        transition?.hasSignaled = true
        add(Event(.signaling))
    }

    // MARK: - The end of a transition

    private mutating func complete() {
        let patch = arguments.patch ?? transition?.patch
        let direction = direction(arguments.state) ?? transition?.direction
        completion = Completion(task: task, patch: patch, direction: direction)
        add(Event(.completing, patch: patch, direction: direction))
    }

    /// klp_complete_transition calls klp_unpatch_replaced_patches for a patch that replaces.
    private mutating func noteReplacement() {
        guard let place = events.lastIndex(where: { $0.event.message == .completing }) else { return }
        guard completion?.task == task else { return }
        events[place].replaces = true
        // Those before are gone from klp_patches.
        guard let patch = completion?.patch else { return applied = [:] }
        for object in applied.keys { applied[object]?.removeAll { $0 != patch } }
    }

    /// klp_try_complete_transition frees what is left when klp_complete_transition has returned. Whoever else holds klp_mutex proves
    /// that it was released in between, and so does whatever the same task does next.
    private mutating func endCompletion(by function: TracedFunction) {
        guard let completion else { return }
        if completion.task != task {
            if function.needsMutex { endCompletion(.laterFunction) }
            return
        }
        switch function.name {
        case "klp_free_patch_async", "klp_free_replaced_patches_async", "klp_free_patch_start": endCompletion(.function)
        case "klp_init_transition", "klp_enable_patch", "klp_module_coming", "klp_module_going",
            "klp_transition_work_fn":
            endCompletion(.laterFunction)
        default: break
        }
    }

    private mutating func endCompletion(_ evidence: TracedEvent.Evidence) {
        guard let ended = completion else { return }
        add(Event(.complete, patch: ended.patch, direction: ended.direction), evidence)
        if let patch = ended.patch, ended.direction == .unpatching {
            for object in applied.keys { applied[object]?.removeAll { $0 == patch } }
        }
        completion = nil
        transition = nil
    }

    // MARK: - Modules

    private mutating func objectLoaded() {
        guard let object = arguments.object else { return }
        switch context {
        case .coming(let module, _, .loaded), .coming(let module, _, .patched):
            // An enabling that nobody traced loads the objects of the livepatch that came.
            guard object != Event.vmlinux, object == module else { return }
            flushApplying()
            let patch = arguments.patch
            context = .coming(module: module, patch: patch, phase: .loaded)
            let event = Event(.applying, patch: patch, object: object)
            tasks[task]?.applying = TracedEvent(event, .function, step: step, place: place)
        default:
            if let patch = arguments.patch { note(patch, appliedTo: object) }
        }
    }

    private mutating func note(_ patch: String, appliedTo object: String) {
        applied[object, default: []].removeAll { $0 == patch }
        applied[object, default: []].append(patch)
    }

    /// What follows klp_init_object_loaded shows that it succeeded.
    mutating func flushApplying() {
        guard let event = tasks[task]?.applying else { return }
        events.append(event)
        tasks[task]?.applying = nil
        if let patch = event.event.patch, let module = event.event.object { note(patch, appliedTo: module) }
    }

    private mutating func patchObject() {
        tasks[task, default: TaskContext()].patchedObject = arguments.object
        guard case .coming(let module, let patch, .loaded)? = context else { return }
        flushApplying()
        context = .coming(module: module, patch: patch, phase: .patched)
    }

    private mutating func cleanUp() {
        guard case .coming(let module, let patch, _)? = context else { return }
        tasks[task]?.applying = nil
        add(Event(.refusing, patch: patch, object: module))
        context = .coming(module: module, patch: patch, phase: .refused)
    }

    private mutating func unpatchObject() {
        switch context {
        case .going(let module, let previous, let isUnpatched, let leaving):
            guard let module = module ?? arguments.object else {
                context = .going(module: nil, patch: nil, isUnpatched: true, leaving: nil)
                tasks[task]?.reverted = leaving
                return
            }
            if !isUnpatched, applied[module]?.isEmpty == false { unseenReverts -= 1 }
            let patch = leaving ?? next(after: previous, of: module)
            add(Event(.reverting, patch: patch, object: module))
            context = .going(module: module, patch: patch, isUnpatched: true, leaving: nil)
            if let leaving { tasks[task]?.reverted = leaving }
        case .coming(let module, _, .refused):
            guard let module = module ?? arguments.object else { return }
            add(Event(.reverting, patch: applied[module]?.first, object: module))
            tasks[task]?.reverted = applied[module]?.first
            if applied[module]?.isEmpty == false { applied[module]?.removeFirst() }
        default: break
        }
    }

    /// klp_cleanup_module_patches_limited walks through klp_patches in order.
    func next(after previous: String?, of module: String) -> String? {
        let patches = applied[module] ?? []
        guard let previous, let place = patches.firstIndex(of: previous) else { return patches.first }
        return place + 1 < patches.count ? patches[place + 1] : nil
    }

    // MARK: - Exits

    private mutating func leave(_ function: TracedFunction) {
        guard function.isOfLivepatch else { return leaveCallback(function) }
        switch function.name {
        case "klp_complete_transition":
            // Otherwise another task's function, or a return seen twice, has told of the end already.
            if completion == nil, !traced.contains(function.name) {
                completion = Completion(task: task, patch: transition?.patch, direction: transition?.direction)
            }
            if completion?.task == task { endCompletion(.function) }
        case "klp_enable_patch":
            if case .enabling? = context { context = nil }
        case "klp_reverse_transition": assumeStart(before: function.name)
        case "klp_patch_object": leavePatchObject()
        case "klp_module_coming":
            if case .coming? = context { finishComing(result: arguments.result) }
        case "klp_module_going":
            if case .going(let module, _, _, _)? = context {
                if let module { applied[module] = nil }
                context = nil
            }
        case "klp_shadow_alloc", "klp_shadow_get_or_alloc": tasks[task]?.isAllocatingShadow = false
        default: break
        }
    }

    private mutating func leavePatchObject() {
        guard let result = arguments.result, result != 0 else { return }
        if case .enabling? = context {
            add(Event(.patchObjectFailed, object: arguments.object ?? tasks[task]?.patchedObject))
        }
        if case .coming(let module, let patch, _)? = context {
            add(Event(.applyFailed, patch: patch, object: module, number: Int(result)))
            context = .coming(module: module, patch: patch, phase: .failed)
        }
    }

    /// A result tells that the module was refused, not at which step: that is left open where nothing else shows it.
    private mutating func finishComing(result: Int64?) {
        if let result, result != 0 {
            tasks[task]?.applying = nil
            if case .coming(let module, let patch?, let phase)? = context, phase != .refused {
                add(Event(.refusing, patch: patch, object: module))
            }
        }
        flushApplying()
        context = nil
    }
}
