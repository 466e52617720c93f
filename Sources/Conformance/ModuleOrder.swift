import Livepatch
import Reconstruction
import ReferenceEngine

/// A module's own lines and what livepatch does to it have one order: livepatch first when it is loaded
/// (prepare_coming_module before do_init_module), its exit function first when it is unloaded (delete_module).
///
///     APPLY(P,M) pre_patch post_patch   M_init      ...      M_exit   pre_unpatch REVERT(P,M) post_unpatch
enum ModuleOrder {
    static func findings(_ observations: [Observation], _ sections: [Section], crash: Int) -> [Finding] {
        sections.compactMap { section in
            guard let first = section.observations.first, let last = section.observations.last, last.index < crash
            else { return nil }
            switch section.kind {
            case .coming(let module) where !section.has(.refusing):
                return comingTooLate(module, observations, first, last)
            case .going(let module): return goingTooEarly(module, observations, first, last)
            default: return nil
            }
        }
    }

    private static func comingTooLate(
        _ module: String, _ observations: [Observation], _ first: Observation, _ last: Observation
    ) -> Finding? {
        guard let own = ownLine(.moduleInit, module, between: first, last, observations) else {
            let neighbour = neighbour(before: first, observations)
            guard let neighbour, neighbour.event.message == .moduleInit, neighbour.event.object == module,
                isAlone(.moduleInit, module, after: last, observations)
            else { return nil }
            return finding(.applyBeforeModuleInit, first, neighbour, .moduleComing(module: module, outcome: .applied))
        }
        return finding(.applyBeforeModuleInit, last, own, .moduleComing(module: module, outcome: .applied))
    }

    private static func goingTooEarly(
        _ module: String, _ observations: [Observation], _ first: Observation, _ last: Observation
    ) -> Finding? {
        guard let own = ownLine(.moduleExit, module, between: first, last, observations) else {
            guard let next = exit(of: module, after: first, last, observations) else { return nil }
            return finding(.moduleExitBeforeRevert, next, last, .moduleGoing(module: module))
        }
        return finding(.moduleExitBeforeRevert, own, first, .moduleGoing(module: module))
    }

    /// The exit line that comes too late: right behind the section; or later, if the module prints when it is loaded, and has
    /// neither done that in between nor printed its exit line before.
    private static func exit(
        of module: String, after first: Observation, _ last: Observation, _ observations: [Observation]
    ) -> Observation? {
        let later = observations[(last.index + 1)...]
        guard let next = later.first(where: { $0.event.tells(of: module) }), next.event.message == .moduleExit,
            !observations[(last.index + 1)...next.index].contains(where: { $0.gap != nil })
        else { return nil }
        if next.index == last.index + 1 { return next }
        let before = observations[..<first.index].last { $0.event.isOwnLine(of: module) }
        return before?.event.message == .moduleInit ? next : nil
    }

    /// The module's own line between the two.
    private static func ownLine(
        _ message: Livepatch.MessageID, _ module: String, between first: Observation, _ last: Observation,
        _ observations: [Observation]
    ) -> Observation? {
        guard first.index + 1 < last.index else { return nil }
        return observations[(first.index + 1)..<last.index].last {
            $0.event.message == message && $0.event.object == module
        }
    }

    private static func neighbour(before observation: Observation, _ observations: [Observation]) -> Observation? {
        guard observation.index > 0, observation.gap == nil else { return nil }
        return observations[observation.index - 1]
    }

    /// True if the module does not print the line again right after: then the one before belongs to this load.
    private static func isAlone(
        _ message: Livepatch.MessageID, _ module: String, after last: Observation, _ observations: [Observation]
    ) -> Bool {
        guard last.index + 1 < observations.count else { return true }
        let next = observations[last.index + 1].event
        return !(next.message == message && next.object == module)
    }

    private static func finding(
        _ rule: RuleID, _ place: Observation, _ because: Observation, _ operation: Operation
    ) -> Finding {
        Finding(
            rule: rule, severity: .error, subject: .moduleOrder, place: place, because: because, operation: operation)
    }
}

extension Event {
    fileprivate func isOwnLine(of module: String) -> Bool {
        (message == .moduleInit || message == .moduleExit) && object == module
    }

    /// True for lines by which a module comes, goes, or is known to be there.
    fileprivate func tells(of module: String) -> Bool {
        switch message {
        case .moduleInit, .moduleExit, .applying, .reverting, .callback: object == module
        case .loadError: Command.moduleName(object ?? name ?? "") == module
        default: false
        }
    }
}
