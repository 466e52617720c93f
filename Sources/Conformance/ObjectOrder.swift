import Livepatch
import Reconstruction

/// The objects of a livepatch in the order that the log shows.
///
/// All four phases walk the objects forward (klp_for_each_object), so one order has to fit all of them. Where lines
/// disagree, the order that most of them show counts, and the others contradict it.
enum ObjectOrder {
    /// What the log alone tells of the livepatch.
    static func description(
        of patch: String, _ observations: [Observation], _ sections: [Section]
    ) -> LivepatchDescription {
        var objects: [String] = []
        var callbacks: [String: Set<CallbackKind>] = [:]
        for event in observations.map(\.event) where event.patch == patch && event.message.belongsToSection {
            guard let object = event.object else { continue }
            if !objects.contains(object) { objects.append(object) }
            if let kind = event.callback { callbacks[object, default: []].insert(kind) }
        }
        for object in failedObjects(of: patch, sections) where !objects.contains(object) { objects.append(object) }
        let order = sorted(objects, by: precedences(patch, sections))
        return LivepatchDescription(
            name: patch, objects: order.map { ObjectDescription(name: $0, callbacks: callbacks[$0] ?? []) })
    }

    /// The objects that an enable failed for: the line names the object alone.
    private static func failedObjects(of patch: String, _ sections: [Section]) -> [String] {
        sections.filter { $0.kind == .enabling(patch: patch) }.flatMap(\.events)
            .filter { $0.message == .prePatchFailed || $0.message == .patchObjectFailed }.compactMap(\.object)
    }

    private struct Pair: Hashable {
        let first: String
        let second: String
    }

    /// What a failed enable undoes lies before the object that it failed for (klp_cancel_transition), also where no pre_patch
    /// shows it.
    private static func undone(_ patch: String, _ section: Section) -> [Pair] {
        guard section.kind == .enabling(patch: patch), let failed = failedObjects(of: patch, [section]).first else {
            return []
        }
        return section.events
            .filter { $0.patch == patch && $0.callback == .postUnpatch }.compactMap(\.object)
            .filter { $0 != failed }.map { Pair(first: $0, second: failed) }
    }

    /// How often one object's callback came before another's within one phase of one section, or has to.
    private static func precedences(_ patch: String, _ sections: [Section]) -> [Pair: Int] {
        var counts: [Pair: Int] = [:]
        for section in sections {
            for pair in undone(patch, section) { counts[pair, default: 0] += 1 }
            for kind in CallbackKind.allCases {
                let names = section.events
                    .filter { $0.message == .callback && $0.patch == patch && $0.callback == kind }
                    .compactMap(\.object)
                for (place, first) in names.enumerated() {
                    for second in names[(place + 1)...] where second != first {
                        counts[Pair(first: first, second: second), default: 0] += 1
                    }
                }
            }
        }
        return counts
    }

    /// Picks again and again the object that the fewest others should precede; ties go to the first seen.
    private static func sorted(_ objects: [String], by counts: [Pair: Int]) -> [String] {
        guard !counts.isEmpty else { return objects }
        var rest = objects
        var result: [String] = []
        while !rest.isEmpty {
            let scores = rest.map { candidate in
                rest.reduce(0) { sum, other in
                    let before = counts[Pair(first: other, second: candidate)] ?? 0
                    let after = counts[Pair(first: candidate, second: other)] ?? 0
                    return sum + (before > after ? 1 : 0)
                }
            }
            let best = scores.indices.min { scores[$0] < scores[$1] } ?? 0
            result.append(rest.remove(at: best))
        }
        return result
    }
}
