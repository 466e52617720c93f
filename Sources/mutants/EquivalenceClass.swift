import Livepatch
import Reconstruction

/// Mutants that a correct kernel could have printed, so that no checker may object to them, whatever it is told in the
/// case's manifest. A class that covers one edit too many hides a fault of the checker: when in doubt, none does.
struct EquivalenceClass: Sendable {
    let name: String
    /// Why a kernel could print it.
    let statement: String
    /// True if it is one even if it is known what was done.
    var holdsWhateverWasDone = false
    let covers: @Sendable (Mutant, Run) -> Bool

    static let all: [EquivalenceClass] =
        [
            EquivalenceClass(
                name: "identical text", statement: "two equal lines were swapped", holdsWhateverWasDone: true,
                covers: isIdentical),
            EquivalenceClass(
                name: "free line",
                statement:
                    "what harnesses write into /dev/kmsg, other modules' output and taints are not printed under "
                    + "klp_mutex and may stand anywhere between the lines that are",
                holdsWhateverWasDone: true,
                covers: swapsWithFreeLine),
            EquivalenceClass(
                name: "one-line operation dropped",
                statement:
                    "a refused load, a signal, a force and a last disable of linux-4.0 are one line each, and without it "
                    + "nothing happened: the load was not tried, the transition needed no help",
                covers: dropsOperation),
            EquivalenceClass(
                name: "refused or forced twice",
                statement:
                    "somebody loads the livepatch again and is refused again; or writes to `force` again before the "
                    + "transition has completed",
                covers: repeatsOperation),
            EquivalenceClass(
                name: "signalled twice",
                statement:
                    "a kernel of linux-4.16 prints a line for each write to `signal`, and nothing in the log tells that "
                    + "the kernel is newer",
                covers: repeatsSignal),
            EquivalenceClass(
                name: "refusal at another time",
                statement:
                    "a livepatch is refused between the same two operations as before, earlier or later than another "
                    + "refusal",
                covers: movesRefusal),
            EquivalenceClass(
                name: "refusal of another livepatch",
                statement:
                    "the manifest does not say which states the livepatch has, so it may be incompatible; or it is, and "
                    + "is refused at about the same time",
                covers: renamesRefusal),
        ] + oneLineOperations + moduleStates + shadowVariables + [otherCalls]

    private static func isIdentical(_ mutant: Mutant, _ run: Run) -> Bool { mutant.lines == run.lines }

    /// Not among them: a target module's init and exit lines, whose order with the module's own coming and going is fixed;
    /// the errors of patch.c and symbol errors, which are printed under klp_mutex.
    private static func swapsWithFreeLine(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .swap, let other = mutant.other else { return false }
        guard let event = run.events[other] else { return true }
        if run.isInSection(mutant.line) && run.isAboutShadows(other) { return true }
        if run.isAboutShadows(mutant.line) && run.isInSection(other) { return true }
        switch event.message {
        case .command, .testHeader, .harnessNote, .loadError, .unloadError, .moduleOutput, .moduleTaint,
            .livepatchTaint, .dummyAllocated, .dummyFreed, .dummiesChecked:
            return true
        default: return false
        }
    }

    private static func dropsOperation(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .drop, let event = run.events[mutant.line] else { return false }
        let isLast = !run.events[(mutant.line + 1)...].contains { $0?.patch == event.patch }
        return isOneLineOperation(event) || (event.message == .disabling && isLast)
    }

    private static func isOneLineOperation(_ event: Event) -> Bool {
        switch event.message {
        case .incompatible, .signaling, .forcing: true
        default: false
        }
    }

    private static func repeatsOperation(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .duplicate else { return false }
        let message = run.events[mutant.line]?.message
        return message == .incompatible || message == .forcing
    }

    /// Since linux-5.1 the kernel signals by itself, once for each start of a transition (klp_signals_cnt == 15).
    private static func repeatsSignal(_ mutant: Mutant, _ run: Run) -> Bool {
        mutant.kind == .duplicate && run.events[mutant.line]?.message == .signaling
            && run.generations.contains(.linux416)
    }

    /// True if nothing but refusals stands between the old and the new place, and the new place is in no section.
    private static func movesRefusal(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .moveToPrevious || mutant.kind == .moveToNext, let behind = mutant.other,
            run.events[mutant.line]?.message == .incompatible
        else { return false }
        let passed = behind < mutant.line ? (behind + 1)..<mutant.line : (mutant.line + 1)..<(behind + 1)
        return passed.allSatisfy { run.sectionOfLine[$0] == nil || run.events[$0]?.message == .incompatible }
    }

    private static func renamesRefusal(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .renamePatch, let event = mutant.newEvent, event.message == .incompatible,
            let patch = event.patch
        else { return false }
        return run.manifest.livepatches[patch]?.states == nil || isRefused(patch, near: mutant.line, run)
    }

    /// True if the livepatch is refused another time with nothing but refusals in between.
    private static func isRefused(_ patch: String, near line: Int, _ run: Run) -> Bool {
        let before = run.sections.joined().filter { $0 < line }.reversed().prefix { isRefusal($0, run) }
        let after = run.sections.joined().filter { $0 > line }.prefix { isRefusal($0, run) }
        return (Array(before) + after).contains { run.events[$0]?.patch == patch }
    }

    private static func isRefusal(_ line: Int, _ run: Run) -> Bool { run.events[line]?.message == .incompatible }
}
