import Livepatch
import Reconstruction

/// Edits of a module's state that a correct kernel could have printed, because init and exit functions take time.
extension EquivalenceClass {
    static let moduleStates = [
        EquivalenceClass(
            name: "module not quite there or not quite gone",
            statement:
                "livepatch handles a module from before its init function to after its exit function, so a transition "
                + "may meet one that is still COMING if nothing before showed it LIVE, or GOING if nothing after does",
            covers: meetsModuleOnItsWay)
    ]

    /// klp_is_object_loaded looks at mod->klp_alive, which klp_module_coming sets and klp_module_going clears.
    private static func meetsModuleOnItsWay(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .renameState, let event = mutant.newEvent, let module = event.object,
            let section = run.sectionOfLine[mutant.line], run.kinds[section].isTransition
        else { return false }
        switch event.moduleState {
        case .coming:
            let before = run.events[..<mutant.line].reversed().lazy.compactMap { $0?.stage(of: module) }
            return before.prefix { $0 != .away }.allSatisfy { $0 == .coming }
        case .going:
            let after = run.events[(mutant.line + 1)...].lazy.compactMap { $0?.stage(of: module) }
            return after.prefix { $0 != .away }.allSatisfy { $0 == .going }
        default: return false
        }
    }
}

/// Where in its life a module is, as far as a line tells.
private enum ModuleStage { case away, coming, live, going }

extension Event {
    fileprivate func stage(of module: String) -> ModuleStage? {
        guard object == module else { return nil }
        return switch (message, moduleState) {
        case (.callback, .live?): .live
        case (.callback, .coming?): .coming
        case (.callback, .going?): .going
        case (.applying, _), (.refusing, _): .away
        default: nil
        }
    }
}

extension Section.Kind {
    fileprivate var isTransition: Bool {
        switch self {
        case .enabling, .disabling, .completing, .reversing, .starting: true
        case .coming, .going, .single: false
        }
    }
}
