import Livepatch
import Reconstruction

/// What nothing is certain of since records were lost.
///
/// A loss may hide whole operations: a transition that was completed, a module that came or went. What has to be taken to have
/// happened is guessed, and a guess accuses nobody. A livepatch is known again when it was enabled before the eyes, or its transition
/// completed; a module when it came or went.
struct LossDoubt {
    /// The observations before which records are proven to be missing.
    private let losses: [Int]
    /// What is in doubt about each operation; empty if nothing was lost.
    private var doubts: [Doubt] = []

    private struct Doubt {
        /// True if a livepatch or module that the operation is about may have changed unseen.
        var ofOwn = false
        /// True if the same holds, also for a livepatch that is enabled.
        var ofState = false
        /// The livepatches and modules that are certain.
        var certain: Set<String> = []
        /// True if a loss came before.
        var isLossy = false
    }

    init(_ operations: [JudgedOperation], _ observations: [Observation]) {
        losses = observations.filter { if case .loss = $0.gap { true } else { false } }.map(\.index)
        guard !losses.isEmpty else { return }
        // The number of losses before the last time that each name, and whoever is in transition, was certain.
        var certain: [String: Int] = [:]
        var transition = 0
        var position = 0
        for judged in operations {
            let seen = judged.observations
            let start = losses(upTo: seen.first?.index ?? position)
            let end = losses(upTo: seen.last?.index ?? position)
            position = seen.last?.index ?? position
            let names = Self.names(judged)
            let isOpen = { (name: String) in certain[name, default: 0] < start }
            let ofState = names.isEmpty ? transition < start : names.contains(where: isOpen)
            let beginsAnew = seen.first?.event.message == .enabling
            doubts.append(
                Doubt(
                    ofOwn: end > start || (ofState && !beginsAnew), ofState: ofState || end > start,
                    certain: Set(certain.filter { $0.value >= end }.keys), isLossy: end > 0))
            guard let settled = settled(by: judged) else { continue }
            for name in settled.names { certain[name] = settled.losses }
            if settled.endsTransition { transition = settled.losses }
        }
    }

    /// True if what is wrong with the operation's lines may come of something that was lost.
    func covers(operation: Int) -> Bool { doubt(operation).ofOwn }

    /// True if the state that forbids the operation may have changed unseen.
    func coversState(operation: Int, because other: String?) -> Bool {
        let doubt = doubt(operation)
        return doubt.ofState || (doubt.isLossy && other.map { !doubt.certain.contains($0) } ?? false)
    }

    /// True if anything was lost before the operation's end.
    func isLossy(operation: Int) -> Bool { doubt(operation).isLossy }

    private func doubt(_ operation: Int) -> Doubt { doubts.indices.contains(operation) ? doubts[operation] : Doubt() }

    private func losses(upTo index: Int) -> Int { losses.firstPlace { $0 > index } }

    /// The livepatches and modules that an operation is about.
    private static func names(_ judged: JudgedOperation) -> Set<String> {
        var names = Set(judged.observations.compactMap(\.event.patch))
        switch judged.operation {
        case .enable(let patch, _), .disable(let patch), .reverse(let patch), .completeTransition(let patch),
            .refuseEnable(let patch), .refuseDisable(let patch):
            names.insert(patch)
        case .moduleComing(let module, _), .moduleGoing(let module): names.insert(module)
        case .signal, .force, .shadow, nil: break
        }
        return names
    }

    /// Whom the operation makes certain, and how many losses lie before that.
    private func settled(by judged: JudgedOperation) -> (names: [String], losses: Int, endsTransition: Bool)? {
        // Lines that no operation explains change no state that is followed.
        guard judged.operation != nil else { return nil }
        let seen = judged.observations
        switch judged.operation {
        case .moduleComing(let module, _), .moduleGoing(let module):
            return seen.first.map { ([module], losses(upTo: $0.index), false) }
        default: break
        }
        if let end = seen.last(where: { $0.event.message == .complete }), let patch = end.event.patch {
            return ([patch], losses(upTo: end.index), true)
        }
        guard let first = seen.first, first.event.message == .enabling, let patch = first.event.patch,
            let start = seen.last(where: { $0.event.message == .starting }),
            losses(upTo: first.index) == losses(upTo: start.index)
        else { return nil }
        return ([patch], losses(upTo: start.index), true)
    }
}
