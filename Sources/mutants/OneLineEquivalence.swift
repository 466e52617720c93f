import Livepatch
import Reconstruction

/// Edits of operations that are one line each, without callbacks: nothing ties that line to its place but what it is about.
extension EquivalenceClass {
    static let oneLineOperations = [
        EquivalenceClass(
            name: "reversed instead of disabled",
            statement:
                "linux-4.12 prints the same for a disable and for the reversal of a transition that was never complete",
            covers: dropsCompletion),
        EquivalenceClass(
            name: "a module's function takes its time",
            statement:
                "a livepatch whose callbacks do not tell is enabled between a module's coming and its init function's "
                + "line, or disabled between its exit function's line and its going",
            covers: dropsModule),
        EquivalenceClass(
            name: "one line at another time",
            statement:
                "modules come and go, tasks are signalled and forced, and transitions of linux-4.12 begin and end "
                + "independently of each other",
            covers: movesLine),
    ]

    private static func dropsCompletion(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .drop, run.speaking == [.linux412], let event = run.events[mutant.line],
            event.message == .complete, event.direction == .patching
        else { return false }
        let next = run.events[(mutant.line + 1)...].lazy.compactMap { $0 }.first {
            $0.message == .starting || $0.message == .complete || $0.message == .enabling
        }
        return next?.message == .starting && next?.direction == .unpatching && next?.patch == event.patch
    }

    private static func dropsModule(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .drop, run.isAlone(mutant.line), let event = run.events[mutant.line],
            let patch = event.patch, let module = event.object
        else { return false }
        switch event.message {
        case .applying where !run.prints([.prePatch, .postPatch], patch, module):
            let before = run.events[..<mutant.line].last {
                $0.concerns(module) || ($0?.message == .enabling && $0?.patch == patch)
            }
            return before.flatMap { $0 }?.message == .enabling
        case .reverting where !run.prints([.preUnpatch, .postUnpatch], patch, module):
            let after = run.events[(mutant.line + 1)...].first {
                $0.concerns(module) || ($0?.message == .complete && $0?.patch == patch)
            }
            return after.flatMap { $0 }.map { $0.message == .complete && $0.direction == .unpatching } ?? true
        default: return false
        }
    }

    private static func movesLine(_ mutant: Mutant, _ run: Run) -> Bool {
        guard [.swap, .moveToPrevious, .moveToNext].contains(mutant.kind), let other = mutant.other,
            run.isAlone(mutant.line), let event = run.events[mutant.line]
        else { return false }
        let passed =
            mutant.kind == .swap
            ? other..<(other + 1) : other < mutant.line ? (other + 1)..<mutant.line : (mutant.line + 1)..<(other + 1)
        let behind = other < mutant.line ? passed.lowerBound - 1 : passed.upperBound - 1
        return !run.isWithinSection(behind) && passed.allSatisfy { run.isFree(event, of: $0) }
    }
}

extension Run {
    /// True if the line is an operation of its own.
    fileprivate func isAlone(_ line: Int) -> Bool { sectionOfLine[line].map { sections[$0].count == 1 } ?? false }

    /// True if the livepatch prints one of the callbacks for the object. There are callbacks since 4.15.
    fileprivate func prints(_ kinds: Set<CallbackKind>, _ patch: String, _ object: String) -> Bool {
        guard speaking.contains(where: { $0 >= .linux415 }) else { return false }
        let seen = events.compactMap { $0 }.filter { $0.patch == patch && $0.object == object }.compactMap(\.callback)
        let described = manifest.livepatches[patch]?.object(object)?.callbacks ?? []
        return !kinds.isDisjoint(with: described.union(seen))
    }

    /// True if the event may as well be printed on the other side of the line.
    fileprivate func isFree(_ event: Event, of line: Int) -> Bool {
        guard let other = events[line] else { return true }
        switch other.message {
        case .command, .loadError, .unloadError, .moduleOutput: return true
        case .moduleInit, .moduleExit: return event.object != other.object
        case .applying, .reverting: return isAlone(line) && isFree(event, ofModuleLine: other)
        case .starting, .complete: return isAlone(line) && speaking == [.linux412] && isFree(other, ofModuleLine: event)
        case .signaling, .forcing: return isSignal(event)
        default: return false
        }
    }

    /// True for tasks' signals, which are sent when somebody writes to `signal` or `force`.
    private func isSignal(_ event: Event) -> Bool {
        (event.message == .signaling || event.message == .forcing) && generations.contains(.linux416)
    }

    /// True if the event may be printed on both sides of a module's coming or going.
    private func isFree(_ event: Event, ofModuleLine line: Event) -> Bool {
        guard line.message == .applying || line.message == .reverting else { return false }
        switch event.message {
        case .applying, .reverting: return event.object != line.object
        case .signaling, .forcing: return isSignal(event)
        case .complete where event.direction == .unpatching:
            return speaking == [.linux412] && event.patch != line.patch
        case .starting, .complete: return speaking == [.linux412]
        default: return false
        }
    }
}

extension Event? {
    /// True for what tells of a module's coming, going, or being there.
    fileprivate func concerns(_ module: String) -> Bool { self?.object == module && self?.message != .loadError }
}
