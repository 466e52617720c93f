import Livepatch
import Reconstruction

/// The states of a livepatch in the order that the log shows: klp_patch.states is walked forward in every phase, so one order has to
/// fit all of them. Where lines disagree, the order that most of them show counts.
enum StateOrder {
    static func order(of patch: String, _ sections: [Section]) -> [UInt] {
        var ids: [UInt] = []
        var counts: [Precedence<UInt>: Int] = [:]
        for section in sections {
            let own = section.events.compactMap { event in
                StateFacts.Owner(event).flatMap { $0.patch == patch ? (kind: event.callback, id: $0.id) : nil }
            }
            for entry in own where !ids.contains(entry.id) { ids.append(entry.id) }
            for pair in undone(patch, section) { counts[pair, default: 0] += 1 }
            for kind in CallbackKind.allCases {
                Precedence.count(own.filter { $0.kind == kind }.map(\.id), in: &counts)
            }
        }
        return Precedence.sorted(ids, by: counts)
    }

    /// What a failed enable releases lies before the state that failed, also where nothing shows that it was set up.
    private static func undone(_ patch: String, _ section: Section) -> [Precedence<UInt>] {
        guard section.kind == .enabling(patch: patch), section.has(.enableFailed) || section.has(.canceling) else {
            return []
        }
        let own = section.events.filter { $0.patch == patch && $0.message == .stateCallback }
        guard let failed = own.last(where: { $0.callback == .prePatch }).flatMap(StateFacts.Owner.init)?.id else {
            return []
        }
        return own.filter { $0.callback == .postUnpatch }.compactMap { StateFacts.Owner($0)?.id }
            .filter { $0 != failed }.map { Precedence(first: $0, second: failed) }
    }
}
