import Livepatch
import Reconstruction
import ReferenceEngine

/// Turns what the judge found into findings and undecided expectations: one fault, one finding.
struct FindingCollector {
    let operations: [JudgedOperation]
    let gaps: Gaps
    let facts: Facts
    let presence: ModulePresence
    let visibility: Visibility
    let doubt: LossDoubt
    let isUnordered: Bool
    /// The observation from which on a crash leaves everything open; `Int.max` if there is none.
    let crash: Int
    private(set) var findings: [Finding] = []
    private(set) var undecided: [Undecided] = []
    private(set) var pairing = Pairing()

    mutating func run(slots: [Slot]) {
        for judged in operations where judged.isRemainder {
            if let place = judged.observations.first { undecide(.beganBefore, place) }
        }
        let slots = slots.filter { !operations[$0.operation].isRemainder }
        pairing = Pairing.of(slots)
        objections()
        var position = 0
        while position < slots.count {
            defer { position += 1 }
            if let paired = pairing.partner[position] {
                if case .unexpected(let observation) = slots[position].step {
                    misplaced(observation, position, paired, slots)
                }
                continue
            }
            switch slots[position].step {
            case .matched(let expectation, let observation): label(expectation, observation, slots[position])
            case .unexpected(let observation): unexpected(observation, slots, position)
            case .missing:
                let end = slots[position...].firstIndex { $0.seen != nil } ?? slots.count
                let run = (position..<end).filter { pairing.partner[$0] == nil }.map { slots[$0] }
                missing(run.filter(\.isNeeded), slots, position, end)
                for slot in run where !slot.isNeeded { perhaps(slot) }
                position = end - 1
            }
        }
    }

    private mutating func objections() {
        for (index, judged) in operations.enumerated() {
            for objection in judged.objections {
                let place = judged.observations.first
                if let place, place.index >= crash || isUnordered {
                    undecide(isUnordered ? .unorderedSource : .crash, place)
                    continue
                }
                if doubt.coversState(operation: index, because: objection.other) {
                    if let place { undecide(.loss, place) }
                    continue
                }
                findings.append(
                    Finding(
                        rule: objection.rule, severity: .error, subject: .forbidden(objection), place: place,
                        because: nil, operation: judged.operation))
            }
            let cut = judged.assumptions.contains(where: \.cutsOperation)
            if cut, let place = judged.observations.first { undecide(.beganBefore, place) }
        }
    }

    /// A run of lines that are needed and not there.
    private mutating func missing(_ run: [Slot], _ slots: [Slot], _ start: Int, _ end: Int) {
        let expectations = run.compactMap(\.expectation)
        guard let first = run.first, !expectations.isEmpty else { return }
        let judged = operations[first.operation]
        let (previous, next) = neighbours(
            slots[..<start].last { $0.seen != nil }?.seen, next(after: end, in: first.operation, slots), judged)
        if let reason = excuse(expectations, previous, next) ?? excuseOfDoubt(first.expectation?.event, first) {
            undecided.append(
                Undecided(
                    reason: reason, patch: expectations.first?.event.patch, missing: expectations,
                    place: previous ?? next))
            return
        }
        findings.append(
            Finding(
                rule: RuleChoice.missing(expectations, in: judged), severity: .error,
                subject: .missing(expectations), place: next, because: previous, operation: judged.operation))
    }

    /// The line before which the missing ones had to come. What stands in their place, with nothing of the operation behind it, may as
    /// well have come before them.
    private func next(after end: Int, in operation: Int, _ slots: [Slot]) -> Observation? {
        let rest = slots[end...].drop { slot in
            if case .unexpected = slot.step { slot.operation == operation } else { false }
        }
        let isLast = rest.first.map { $0.operation != operation } ?? true
        return (isLast ? rest : slots[end...]).first { $0.seen != nil }?.seen
    }

    /// The seen lines around a hole. A module's own lines bound it too: what livepatch does to a going module comes after
    /// its exit line, what it does to a coming one before its init line.
    private func neighbours(
        _ previous: Observation?, _ next: Observation?, _ judged: JudgedOperation
    ) -> (Observation?, Observation?) {
        let between = gaps.between(previous, next)
        switch judged.operation {
        case .moduleGoing(let module):
            let exit = between.last { $0.event.message == .moduleExit && $0.event.object == module }
            return (exit ?? previous, next)
        case .moduleComing(let module, .applied) where judged.observations.last == previous:
            let start = between.first { $0.event.message == .moduleInit && $0.event.object == module }
            return (previous, start ?? next)
        default: return (previous, next)
        }
    }

    private func excuse(_ missing: [Expectation], _ previous: Observation?, _ next: Observation?) -> Undecided.Reason? {
        if isUnordered { return .unorderedSource }
        if let next, next.index >= crash { return .crash }
        switch gaps.excuse(after: previous, before: next) {
        case .beginning: return .beganBefore
        case .end: return crash < Int.max ? .crash : .pending
        case .loss: return .loss
        case .seam: return .seam
        case nil: break
        }
        guard let next, missing.count > 1 else { return nil }
        return gaps.mayHide(missing.map(\.level).min() ?? 0, after: previous, before: next) ? .silentLoss : nil
    }

    /// Excuses what may come of something that was lost. What is printed of a state depends on all livepatches that are there: a
    /// transition that was reversed leaves the replaced ones, one that was completed does not.
    private func excuseOfDoubt(_ event: Event?, _ slot: Slot) -> Undecided.Reason? {
        let isOfState = event?.message == .stateOutput && doubt.isLossy(operation: slot.operation)
        return isOfState || doubt.covers(operation: slot.operation) ? .loss : nil
    }

    private mutating func unexpected(_ observation: Observation, _ slots: [Slot], _ position: Int) {
        let previous = slots[..<position].last { $0.seen != nil }?.seen
        let judged = operations[slots[position].operation]
        if let reason = excuseOfUnexpected(observation, previous) ?? excuseOfDoubt(observation.event, slots[position]) {
            return undecided.append(
                Undecided(reason: reason, patch: observation.event.patch, missing: [], place: observation))
        }
        findings.append(
            Finding(
                rule: RuleChoice.unexpected(observation.event, in: judged, previous: previous?.event),
                severity: .error, subject: .unexpected, place: observation, because: previous,
                operation: judged.operation))
    }

    private func excuseOfUnexpected(_ observation: Observation, _ previous: Observation?) -> Undecided.Reason? {
        if isUnordered { return .unorderedSource }
        if observation.index >= crash { return .crash }
        switch gaps.excuse(after: previous, before: observation) {
        case .beginning: return .beganBefore
        case .loss: return .loss
        case .seam: return .seam
        case .end, nil: return nil
        }
    }

    private mutating func misplaced(_ observation: Observation, _ position: Int, _ partner: Int, _ slots: [Slot]) {
        guard case .missing(let expectation, _) = slots[partner].step else { return }
        let before = slots[..<partner].last { $0.seen != nil }?.seen
        let judged = operations[slots[partner].operation]
        if let reason = excuseOfMove(observation, position, partner, slots)
            ?? excuseOfDoubt(expectation.event, slots[partner])
            ?? excuseOfDoubt(observation.event, slots[position])
        {
            return undecided.append(
                Undecided(
                    reason: reason, patch: expectation.event.patch, missing: [expectation], place: observation))
        }
        guard !followsMovedLine(position, partner, slots) else { return }
        let way = min(position, partner)...max(position, partner)
        let passed = slots[way].compactMap(\.seen?.event).filter { $0 != observation.event }
        let isSame = expectation.event.saysTheSame(as: observation.event)
        findings.append(
            Finding(
                rule: isSame
                    ? RuleChoice.outOfOrder(observation.event, judged, passed: passed)
                    : RuleChoice.instead(observation.event, of: expectation),
                severity: .error,
                subject: isSame ? .outOfOrder(expectedAfter: before) : .insteadOf(expectation),
                place: observation, because: before, operation: judged.operation))
    }

    /// True if the line before was moved from the place before: a block that was moved is one fault.
    private func followsMovedLine(_ position: Int, _ partner: Int, _ slots: [Slot]) -> Bool {
        guard position > 0, partner > 0, case .unexpected = slots[position - 1].step,
            case .missing = slots[partner - 1].step
        else { return false }
        return slots[position - 1].operation == slots[position].operation
            && slots[partner - 1].operation == slots[partner].operation
            && pairing.partner[position - 1] == partner - 1
    }

    /// A moved line is excused only by a gap on its way, and not at all within a section that is whole without it.
    private func excuseOfMove(
        _ observation: Observation, _ position: Int, _ partner: Int, _ slots: [Slot]
    ) -> Undecided.Reason? {
        if isUnordered { return .unorderedSource }
        if observation.index >= crash { return .crash }
        let own = slots[position].operation
        let before = slots[..<position].last { $0.seen != nil }
        let after = slots[(position + 1)...].first { $0.seen != nil }
        let isWithin = before?.operation == own && after?.operation == own && after?.seen?.gap == nil
        if isWithin && observation.gap == nil && own != slots[partner].operation { return nil }
        let way = position < partner ? (position + 1)...partner : (partner + 1)...position
        let last = position < partner ? slots[way].compactMap(\.seen).last : observation
        let first = position < partner ? observation : slots[...partner].compactMap(\.seen).last
        switch gaps.excuse(after: first, before: last ?? observation) {
        case .loss: return .loss
        case .seam: return .seam
        case .beginning, .end, nil: return nil
        }
    }

    /// The callback may not be defined in this load.
    private mutating func perhaps(_ slot: Slot) {
        guard case .missing(let expectation, _) = slot.step, !operations[slot.operation].isLost else { return }
        if expectation.event.message == .stateCallback { return perhapsOfState(expectation, slot) }
        guard expectation.isCallback, let patch = expectation.event.patch, !visibility.isSilent(patch) else { return }
        let index = operations[slot.operation].observations.first?.index ?? 0
        let reason: Undecided.Reason =
            facts.withoutVisibleCallbacks.contains(patch)
            ? .noCallbackVisible
            : presence.isDoubtful(expectation.event, at: index) ? .loadNotProven : .otherLoad
        let isKnown = undecided.contains { $0.reason == reason && $0.patch == patch }
        guard !isKnown else { return }
        undecided.append(
            Undecided(
                reason: reason, patch: patch, missing: [expectation],
                place: operations[slot.operation].observations.first))
    }

    /// A state's callback that another load printed, or the manifest tells of.
    private mutating func perhapsOfState(_ expectation: Expectation, _ slot: Slot) {
        guard let patch = expectation.event.patch, let place = operations[slot.operation].observations.first else {
            return
        }
        let reason: Undecided.Reason
        if facts.states.hidesCallbacks(patch) {
            guard facts.described.contains(patch) else { return }
            reason = .noCallbackVisible
        } else {
            guard facts.states.isOfOtherLoad(expectation.event) else { return }
            reason = .otherLoad
        }
        guard !undecided.contains(where: { $0.reason == reason && $0.patch == patch }) else { return }
        undecided.append(Undecided(reason: reason, patch: patch, missing: [expectation], place: place))
    }

    private mutating func label(_ expectation: Expectation, _ observation: Observation, _ slot: Slot) {
        guard let expected = expectation.event.moduleState, let seen = observation.event.moduleState, expected != seen
        else { return }
        findings.append(
            Finding(
                rule: .moduleStateLabel, severity: .warning, subject: .wrongModuleState(expected), place: observation,
                because: nil, operation: operations[slot.operation].operation))
    }

    private mutating func undecide(_ reason: Undecided.Reason, _ place: Observation) {
        undecided.append(Undecided(reason: reason, patch: place.event.patch, missing: [], place: place))
    }
}

extension Slot {
    var expectation: Expectation? { step.expectation }

    /// True for a line that is needed and missing.
    var isNeeded: Bool {
        switch step {
        case .missing(_, .required), .missing(_, .debug): true
        default: false
        }
    }
}
