import Livepatch
import Reconstruction

/// Edits that add a line: of each kind at most a few per critical section, at a place of it that the seed chooses.
extension Mutator {
    mutating func insertions() -> [Mutant] {
        var result: [Mutant] = []
        for section in run.sections.indices {
            result += [warning(in: run.sections[section]), dialect(in: run.sections[section])].compactMap { $0 }
        }
        let shadows = run.editable.filter(run.isAboutShadows)
        if let mutant = warning(in: shadows) { result.append(mutant) }
        return result + strangers()
    }

    /// The new line stands behind the line, at its time.
    func insert(_ kind: EditKind, _ event: Event, _ message: String, behind line: Int, _ why: String = "") -> Mutant {
        var lines = run.lines
        lines.insert(Line(stamp: lines[line].stamp, message: message), at: line + 1)
        return Mutant(
            kind: kind, line: line, newEvent: event, words: "behind it: \(message)\(why)", lines: lines)
    }

    // MARK: Lines of the kernel

    private static let warnings = [
        "core.c:1034 __klp_enable_patch+0x96/0xd0", "shadow.c:139 __klp_shadow_get_or_alloc+0x15c/0x1b0",
        "state.c:73 klp_get_prev_state+0x45/0x60",
    ]

    /// A WARN_ON of kernel/livepatch.
    private mutating func warning(in lines: [Int]) -> Mutant? {
        guard let line = lines.randomElement(using: &generator),
            let place = Self.warnings.randomElement(using: &generator)
        else { return nil }
        let message = "WARNING: CPU: 0 PID: 471 at kernel/livepatch/\(place)"
        return insert(.insertWarning, Event(.kernelWarning, text: message), message, behind: line)
    }

    /// A line as only kernels print it that print none of the log's other lines.
    private mutating func dialect(in lines: [Int]) -> Mutant? {
        let speaking = run.speaking
        guard let patch = run.patches.randomElement(using: &generator) else { return nil }
        let foreign = [
            "livepatch: disabling patch '\(patch)'", "livepatch: '\(patch)': patching...",
            "livepatch: '\(patch)': unpatching...", "livepatch: '\(patch)': starting unpatching transition",
        ].filter { message in
            guard let printing = Recogniser().identify(message)?.generations else { return false }
            return !speaking.isEmpty && !speaking.contains(where: printing.contains)
        }
        guard let line = lines.randomElement(using: &generator), let message = foreign.randomElement(using: &generator),
            let event = Recogniser().recognise(message)
        else { return nil }
        return insert(.insertDialect, event, message, behind: line)
    }

    // MARK: Lines about livepatches and modules

    /// Lines about a livepatch or a module where the kernel prints none, whatever is done.
    private mutating func strangers() -> [Mutant] {
        let hasCallbacks = run.events.contains { $0?.message == .callback }
        var activity = Activity()
        var result: [Mutant] = []
        for (section, kind) in run.kinds.enumerated() {
            let lines = run.sections[section]
            if hasCallbacks {
                switch kind {
                case .reversing(let patch): result += reversal(of: patch, lines)
                case .enabling(let patch): result += failure(of: patch, lines)
                default: break
                }
                if let patch = kind.patchInTransition { result += absentModules(of: patch, lines) }
            }
            result += inactive(activity, lines, hasCallbacks)
            activity.follow(lines.compactMap { run.events[$0] }, run.manifest)
        }
        return result
    }

    /// klp_reverse_transition runs no callbacks, and neither pre_patch nor pre_unpatch is run until the transition ends.
    private func reversal(of patch: String, _ lines: [Int]) -> [Mutant] {
        guard let first = lines.first, run.events[first]?.message == .reversing else { return [] }
        return defined(by: patch).filter { $0.callback == .prePatch || $0.callback == .preUnpatch }.map {
            callback($0, behind: first, " (in a reversal)")
        }
    }

    /// After a failure nothing is run but post_unpatch.
    private func failure(of patch: String, _ lines: [Int]) -> [Mutant] {
        guard let line = lines.first(where: { run.events[$0]?.message == .enableFailed }) else { return [] }
        return defined(by: patch).filter { $0.callback != .postUnpatch }.map {
            callback($0, behind: line, " (after a failure)")
        }
    }

    /// A livepatch that was disabled or replaced does nothing until it is enabled again.
    private mutating func inactive(_ activity: Activity, _ lines: [Int], _ hasCallbacks: Bool) -> [Mutant] {
        let named = Set(lines.compactMap { run.events[$0]?.patch })
        guard let patch = activity.inactive.subtracting(named).sorted().randomElement(using: &generator) else {
            return []
        }
        var result: [Mutant] = []
        let callbacks = hasCallbacks ? defined(by: patch) : []
        if let event = callbacks.randomElement(using: &generator), let line = lines.randomElement(using: &generator) {
            result.append(callback(event, behind: line, " (not enabled)"))
        }
        let transition = [Livepatch.MessageID.starting, .complete].randomElement(using: &generator) ?? .starting
        let event = Event(transition, patch: patch, direction: .unpatching)
        if let line = lines.randomElement(using: &generator), let oldest = run.speaking.first,
            let message = Catalogue.print(event, for: oldest)
        {
            result.append(insert(.insertTransition, event, message, behind: line, " (not enabled)"))
        }
        return result
    }

    /// No callback is run for a module that is not loaded.
    private mutating func absentModules(of patch: String, _ lines: [Int]) -> [Mutant] {
        guard let first = lines.first else { return [] }
        let modules = Set(defined(by: patch).compactMap(\.object)).subtracting([Event.vmlinux]).sorted()
        return modules.filter { run.isAbsent($0, at: first) }.compactMap { module in
            guard let event = defined(by: patch).filter({ $0.object == module }).randomElement(using: &generator),
                let line = lines.randomElement(using: &generator)
            else { return nil }
            return callback(event, behind: line, " (not loaded)")
        }
    }

    /// The callbacks that the manifest describes.
    private func defined(by patch: String) -> [Event] {
        (run.manifest.livepatches[patch]?.objects ?? []).flatMap { object in
            CallbackKind.allCases.filter(object.callbacks.contains).map { kind in
                Event(
                    .callback, patch: patch, object: object.name, callback: kind,
                    moduleState: object.name == Event.vmlinux ? nil : .live)
            }
        }
    }

    private func callback(_ event: Event, behind line: Int, _ why: String) -> Mutant {
        insert(
            .insertCallback, event, Catalogue.print(event, for: .linux55) ?? "\(event)", behind: line, why)
    }
}

/// Which livepatches cannot do anything, as the lines of sections tell.
private struct Activity {
    /// Those that were enabled once, and are disabled or replaced.
    private(set) var inactive: Set<String> = []
    private var active: Set<String> = []

    mutating func follow(_ events: [Event], _ manifest: Manifest) {
        for event in events {
            guard let patch = event.patch else { continue }
            switch (event.message, event.direction) {
            case (.enabling, _):
                active.insert(patch)
                inactive.remove(patch)
            case (.complete, .unpatching): end([patch])
            case (.complete, .patching) where manifest.livepatches[patch]?.replace == .fixed(true):
                end(active.subtracting([patch]))
            default: break
            }
        }
    }

    private mutating func end(_ patches: Set<String>) {
        active.subtract(patches)
        inactive.formUnion(patches)
    }
}

extension Section.Kind {
    /// The livepatch whose transition begins or ends.
    fileprivate var patchInTransition: String? {
        switch self {
        case .enabling(let patch), .disabling(let patch), .completing(let patch, _): patch
        default: nil
        }
    }
}

extension Run {
    /// True if the module is not loaded there: it prints in its init and exit functions, and livepatch has reverted it last, or
    /// handles its coming next.
    func isAbsent(_ module: String, at line: Int) -> Bool {
        guard let described = manifest.modules.first(where: { $0.name == module }), described.initLine != nil,
            described.exitLine != nil
        else { return false }
        let doubtful = events.contains { $0?.message == .loadError && ($0?.object ?? $0?.name ?? "").contains(module) }
        guard !doubtful else { return false }
        if let last = events[..<line].lazy.compactMap({ $0?.presence(of: module) }).last { return !last.after }
        return events[line...].lazy.compactMap { $0?.presence(of: module) }.first.map { !$0.before } ?? false
    }
}

extension Event {
    /// Whether the module is loaded before and after the line; nil if it does not tell.
    fileprivate func presence(of module: String) -> (before: Bool, after: Bool)? {
        guard object == module else { return nil }
        return switch message {
        case .applying: (false, true)
        case .reverting: (true, false)
        case .refusing, .initializeFailed, .applyFailed: (false, false)
        // Livepatch handles a module from before its init function to after its exit function.
        case .callback, .moduleInit, .moduleExit: (true, true)
        default: nil
        }
    }
}
