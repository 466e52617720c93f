import Livepatch

/// Edits of lines about shadow variables that a correct kernel could have printed, because the caller called otherwise.
extension EquivalenceClass {
    static let shadowVariables: [EquivalenceClass] = [
        EquivalenceClass(
            name: "another pair asked for",
            statement:
                "klp_shadow_get finds nothing for any pair that has no variable, and which the caller asks for is "
                + "its own affair",
            covers: asksForOther),
        EquivalenceClass(
            name: "freed twice",
            statement: "klp_shadow_free and klp_shadow_free_all are silent where there is nothing left to free",
            covers: freesTwice),
        EquivalenceClass(
            name: "an argument that nobody reads",
            statement: "klp_shadow_get_or_alloc looks at neither constructor nor data if the variable exists",
            covers: changesUnread),
        EquivalenceClass(
            name: "dummies apart",
            statement: "the shadow samples allocate, check and free dummies in works of their own: lines about "
                + "different dummies have no order",
            holdsWhateverWasDone: true, covers: swapsDummies),
        EquivalenceClass(
            name: "a dummy without a variable",
            statement:
                "whether and how often livepatch_shadow_fix1 and _fix2 look for the variable of a dummy that has "
                + "none, and whether patched code ever counted a check, is the samples' affair",
            holdsWhateverWasDone: true, covers: concernsNothing),
        EquivalenceClass(
            name: "a pointer that is mentioned once",
            statement: "which pointer a variable keeps is said only when it is freed",
            holdsWhateverWasDone: true, covers: changesLeak),
    ]

    private static func swapsDummies(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .swap, let own = run.events[mutant.line],
            let other = mutant.other.flatMap({ run.events[$0] }),
            own.message.isOfShadowSample, other.message.isOfShadowSample
        else { return false }
        return own.shadow?.object != other.shadow?.object
    }

    private static func concernsNothing(_ mutant: Mutant, _ run: Run) -> Bool {
        switch (mutant.kind, run.events[mutant.line]?.message) {
        case (.drop, .leakNotFound), (.drop, .counterFound), (.duplicate, .leakNotFound): true
        case (.renamePointer, .leakNotFound):
            mutant.newEvent.map { !Pairs(before: mutant.line, of: run).has($0) } ?? false
        default: false
        }
    }

    private static func changesLeak(_ mutant: Mutant, _ run: Run) -> Bool {
        guard let event = mutant.newEvent, event.message == .leakPrevented else { return false }
        return event.shadow?.object == run.events[mutant.line]?.shadow?.object
    }

    private static func asksForOther(_ mutant: Mutant, _ run: Run) -> Bool {
        guard let event = mutant.newEvent, event.message == .shadowGet, let old = run.events[mutant.line],
            event.shadow?.data == old.shadow?.data, ShadowArguments.isNull(event.shadow?.data ?? "")
        else { return false }
        return !Pairs(before: mutant.line, of: run).has(event)
    }

    private static func freesTwice(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .duplicate, let message = run.events[mutant.line]?.message else { return false }
        return message == .shadowFree || message == .shadowFreeAll
    }

    private static func changesUnread(_ mutant: Mutant, _ run: Run) -> Bool {
        guard let event = mutant.newEvent, event.message == .shadowGetOrAlloc, var restored = event.shadow,
            let old = run.events[mutant.line]?.shadow
        else { return false }
        restored.constructor = old.constructor
        restored.constructorData = old.constructorData
        return restored == old && Pairs(before: mutant.line, of: run).has(event)
    }
}

/// The pairs that have a variable at a place of a run, told from the lines of the calls.
private struct Pairs {
    private var pairs: Set<[String]> = []

    init(before line: Int, of run: Run) {
        for event in run.events[..<line].compactMap({ $0 }) {
            switch event.message {
            case .shadowAlloc, .shadowGetOrAlloc: pairs.insert(Self.pair(event))
            case .leakSaved: pairs.insert(Self.pair(event))
            case .shadowFree, .leakPrevented: pairs.remove(Self.pair(event))
            case .shadowFreeAll: pairs = pairs.filter { $0[1] != Self.pair(event)[1] }
            default: break
            }
        }
    }

    func has(_ event: Event) -> Bool { pairs.contains(Self.pair(event)) }

    private static func pair(_ event: Event) -> [String] {
        [event.shadow?.object ?? "", event.shadow?.id.map { String($0) } ?? ""]
    }
}
