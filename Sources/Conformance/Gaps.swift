import KernelLog
import Livepatch
import Reconstruction
import Timeline

/// What lies between two observations of a boot: whether something may be missing there.
struct Gaps {
    /// Why a line may be missing at a place.
    enum Excuse: Hashable {
        /// The log begins within the operation, as far as anything tells. Lines of other subsystems before it tell nothing:
        /// they may stand within a section. A harness's heading or an operator's command does: the operation came after.
        case beginning
        /// Nothing comes after: the log ends here.
        case end
        /// Records are proven to be missing.
        case loss(Loss)
        /// Somebody may have cut here.
        case seam(Seam)
    }

    private let observations: [Observation]
    private let beginsWithBanner: Bool

    init(observations: [Observation], beginsWithBanner: Bool) {
        self.observations = observations
        self.beginsWithBanner = beginsWithBanner
    }

    /// Why lines may be missing between the two; nil for `previous` is the beginning of the log, nil for `next` its end.
    func excuse(after previous: Observation?, before next: Observation?) -> Excuse? {
        guard let next else { return .end }
        for observation in range(previous, next) {
            switch observation.gap {
            case .loss(let loss): return .loss(loss)
            case .seam(let seam): return .seam(seam)
            case nil: break
            }
        }
        guard previous == nil, !beginsWithBanner else { return nil }
        return observations[..<next.index].contains(where: \.event.message.opensWindow) ? nil : .beginning
    }

    /// True if lines of that level and more important ones may be missing there, several in a row, without a sign of it: nothing as
    /// unimportant was seen between. Records with numbers are lost with their numbers, which is a gap.
    func mayHide(_ mostImportant: UInt8, after previous: Observation?, before next: Observation) -> Bool {
        let areNumbered = previous?.record.sequence != nil && next.record.sequence != nil
        return !areNumbered && leastImportant(after: previous, before: next) ?? 0 < mostImportant
    }

    /// The level of the least important line that the log shows between the two; nil if it shows none.
    func leastImportant(after previous: Observation?, before next: Observation) -> UInt8? {
        range(previous, next)
            .flatMap { [$0.leastImportantBetween, $0.index == next.index ? nil : $0.importance] }
            .compactMap { $0 }.max()
    }

    /// The observations that stand between the two.
    func between(_ previous: Observation?, _ next: Observation?) -> ArraySlice<Observation> {
        let start = previous.map { $0.index + 1 } ?? 0
        let end = next?.index ?? observations.count
        return start < end ? observations[start..<end] : []
    }

    private func range(_ previous: Observation?, _ next: Observation) -> ArraySlice<Observation> {
        let start = previous.map { $0.index + 1 } ?? 0
        return start <= next.index ? observations[start...next.index] : []
    }
}

extension Livepatch.MessageID {
    /// Lines after which an operation began, because they announce it.
    var opensWindow: Bool { self == .command || self == .testHeader }
}

extension Observation {
    /// The printk level: the record's own, or that which the catalogue gives the message. What a harness writes into
    /// /dev/kmsg has the level of a warning.
    /// Nil for what was not printed, and for what a callback prints after its own line: it belongs to that line, and tells nothing of what follows.
    var importance: UInt8? {
        if event.message == .stateOutput || !isPrinted { return nil }
        if let level = record.level { return level }
        switch event.message {
        case .testHeader, .command, .loadError, .unloadError, .harnessNote: return 4
        default: return Catalogue.messages.first { $0.id == event.message }?.level ?? 6
        }
    }
}
