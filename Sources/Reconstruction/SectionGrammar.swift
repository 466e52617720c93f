import Livepatch

/// Which line may open a section, continue it, and end it.
///
///     enabling     ENABLING INIT pre_patch* START | ... failure: ENFAIL CANCEL COMPLETING post_unpatch* COMPLETE
///     disabling    INIT pre_unpatch* START
///     reversing    REVERSE START
///     completing   COMPLETING post_*patch* COMPLETE
///     coming       (APPLY pre_patch [post_patch])*  [failure: REFUSE ([pre_unpatch] REVERT [post_unpatch])*]
///     going        ([pre_unpatch] REVERT [post_unpatch])*
///
/// Debug lines (INIT, REVERSE, COMPLETING, CANCEL) may be absent. The order of calls is that of __klp_enable_patch,
/// __klp_disable_patch, klp_reverse_transition, klp_complete_transition, klp_module_coming and klp_module_going.
///
/// In a section of P that replaces, callbacks of other patches' states stand among P's own: their pre_unpatch in enabling, their
/// post_unpatch in completing(patching), their post_patch where P fails or is turned round (states-2023, states-2025).
enum SectionGrammar {
    /// The kind of section that the event opens. A failure that names only the object is told by what follows it.
    static func kind(openedBy event: Event, before next: Event? = nil) -> Section.Kind {
        if event.message == .prePatchFailed || event.message == .patchObjectFailed, let next {
            switch next.message {
            case .enableFailed, .canceling, .refusing: return kind(openedBy: next)
            default: break
            }
        }
        let patch = event.patch ?? ""
        let direction = event.direction ?? .patching
        switch event.message {
        case .enabling, .enableFailed, .canceling: return .enabling(patch: patch)
        case .initializing:
            return direction == .patching ? .enabling(patch: patch) : .disabling(patch: patch)
        case .starting: return .starting(patch: patch, direction)
        case .reversing: return .reversing(patch: patch)
        case .completing, .complete: return .completing(patch: patch, direction)
        case .applying, .initializeFailed, .applyFailed, .refusing: return .coming(module: event.object ?? "")
        case .reverting: return .going(module: event.object ?? "")
        case .callback: return kind(openedByCallback: event, of: patch)
        default: return .single
        }
    }

    /// The kind of section in which the callback of the patch's own state stands.
    static func kind(openedByStateCallback event: Event) -> Section.Kind {
        let patch = event.patch ?? ""
        switch event.callback {
        case .prePatch: return .enabling(patch: patch)
        case .postPatch: return .completing(patch: patch, .patching)
        case .preUnpatch: return .disabling(patch: patch)
        case .postUnpatch, nil: return .completing(patch: patch, .unpatching)
        }
    }

    private static func kind(openedByCallback event: Event, of patch: String) -> Section.Kind {
        let object = event.object ?? Event.vmlinux
        switch (event.moduleState, event.callback) {
        case (.coming, _): return .coming(module: object)
        case (.going, _): return .going(module: object)
        case (_, .prePatch): return .enabling(patch: patch)
        case (_, .postPatch): return .completing(patch: patch, .patching)
        case (_, .preUnpatch): return .disabling(patch: patch)
        default: return .completing(patch: patch, .unpatching)
        }
    }

    /// True if the event may be the next line of the section, which is still open.
    static func continues(_ section: Section, _ event: Event) -> Bool {
        if event.message == .stateOutput {
            return section.events.contains { $0.message.isCallback && $0.patch == event.patch }
        }
        if event.message.isOfStates { return mayHoldState(section, event) }
        switch section.kind {
        case .enabling(let patch): return continuesEnabling(section, patch, event)
        case .disabling(let patch):
            switch event.message {
            case .initializing, .starting: return event.patch == patch && event.direction == .unpatching
            case .callback: return event.patch == patch && event.callback == .preUnpatch && event.moduleState != .going
            default: return false
            }
        case .reversing(let patch): return event.message == .starting && event.patch == patch
        case .completing(let patch, let direction):
            switch event.message {
            case .completing: return event.patch == patch && event.direction == direction
            case .complete: return event.patch == patch
            case .callback:
                return event.patch == patch && event.callback == (direction == .patching ? .postPatch : .postUnpatch)
                    && (section.has(.completing) || event.moduleState ?? .live == .live)
            default: return false
            }
        case .coming(let module): return continuesComing(section, module, event)
        case .going(let module):
            guard event.object == module else { return false }
            switch event.message {
            case .reverting: return true
            case .callback:
                return event.callback == .preUnpatch || event.callback == .postUnpatch
            default: return false
            }
        case .starting, .single: return false
        }
    }

    /// Which callbacks of states may stand in the section: the patch's own, and those of patches that it replaces or does not after
    /// all. Destructors run wherever states are released.
    private static func mayHoldState(_ section: Section, _ event: Event) -> Bool {
        let isDestructor = event.message == .stateDestructor
        switch section.kind {
        case .enabling(let patch):
            let isOwn = event.patch == patch
            switch event.callback {
            case .prePatch: return isOwn && !section.has(.complete)
            case .preUnpatch: return !isOwn && !section.has(.complete)
            case .postUnpatch: return isOwn
            case .postPatch: return !isOwn
            case nil: return isDestructor
            }
        case .disabling(let patch): return event.patch == patch && event.callback == .preUnpatch
        case .completing(let patch, let direction):
            guard event.callback != nil else { return isDestructor }
            let isOwn = event.patch == patch
            let isForward = direction == .patching
            return event.callback == (isOwn == isForward ? .postPatch : .postUnpatch)
        case .reversing, .coming, .going, .starting, .single: return false
        }
    }

    private static func continuesEnabling(_ section: Section, _ patch: String, _ event: Event) -> Bool {
        let failed =
            section.has(.enableFailed) || section.has(.canceling) || section.has(.prePatchFailed)
            || section.has(.patchObjectFailed) || section.has(.completing, .unpatching)
        switch event.message {
        case .initializing, .starting: return event.patch == patch && event.direction == .patching
        case .prePatchFailed, .patchObjectFailed: return true
        case .enableFailed, .canceling: return event.patch == patch
        case .completing, .complete: return failed && event.patch == patch && event.direction == .unpatching
        case .callback:
            return event.patch == patch && (event.callback == .prePatch || (failed && event.callback == .postUnpatch))
        default: return false
        }
    }

    private static func continuesComing(_ section: Section, _ module: String, _ event: Event) -> Bool {
        guard event.object == module else { return false }
        let refused = section.has(.refusing)
        switch event.message {
        case .applying, .initializeFailed, .prePatchFailed, .applyFailed, .refusing: return !refused
        case .reverting: return refused || section.isCleanUp
        case .callback:
            switch event.callback {
            case .prePatch: return !refused
            case .postPatch: return !refused && event.moduleState ?? .coming == .coming
            default:
                return event.moduleState == .coming
                    || (event.moduleState == nil && (refused || section.has(.applyFailed)))
            }
        default: return false
        }
    }

    /// True if the event would be the next line of the section if it bore the section's name: the patch's, or in a section
    /// about a module the module's. `enabling patch` always begins a section of its own.
    static func fitsButForName(_ section: Section, _ event: Event) -> Bool {
        var renamed = event
        switch section.kind {
        case .enabling(let patch), .disabling(let patch), .reversing(let patch), .completing(let patch, _):
            guard event.message != .enabling, event.patch != nil, event.patch != patch else { return false }
            guard event.message != .callback || event.moduleState ?? .live == .live else { return false }
            renamed.patch = patch
        case .coming(let module):
            guard event.moduleState == .coming, event.object != module, event.patch == section.events.last?.patch else {
                return false
            }
            renamed.object = module
        case .going(let module):
            // pre_unpatch comes first: after `reverting` it belongs to the next module that goes.
            let isFirstOfNext =
                event.callback == .preUnpatch
                && section.events.contains { $0.message == .reverting && $0.patch == event.patch }
            guard event.moduleState == .going, event.object != module, event.patch == section.events.last?.patch,
                !isFirstOfNext
            else { return false }
            renamed.object = module
        case .starting, .single: return false
        }
        return !section.events.contains(renamed) && continues(section, renamed)
    }

    /// True if no further line belongs to the section once it has this one.
    static func ends(_ section: Section, _ event: Event) -> Bool {
        switch section.kind {
        case .enabling, .disabling, .reversing: event.message == .starting || event.message == .complete
        case .completing: event.message == .complete
        case .coming, .going: false
        case .starting, .single: true
        }
    }
}
