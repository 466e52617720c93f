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
        let order = Precedence.sorted(objects, by: precedences(patch, sections))
        return LivepatchDescription(
            name: patch, objects: order.map { ObjectDescription(name: $0, callbacks: callbacks[$0] ?? []) })
    }

    /// The objects that an enable failed for: the line names the object alone.
    private static func failedObjects(of patch: String, _ sections: [Section]) -> [String] {
        sections.filter { $0.kind == .enabling(patch: patch) }.flatMap(\.events)
            .filter { $0.message == .prePatchFailed || $0.message == .patchObjectFailed }.compactMap(\.object)
    }

    /// What a failed enable undoes lies before the object that it failed for (klp_cancel_transition), also where no pre_patch
    /// shows it.
    private static func undone(_ patch: String, _ section: Section) -> [Precedence<String>] {
        guard section.kind == .enabling(patch: patch), let failed = failedObjects(of: patch, [section]).first else {
            return []
        }
        return section.events
            .filter { $0.patch == patch && $0.callback == .postUnpatch }.compactMap(\.object)
            .filter { $0 != failed }.map { Precedence(first: $0, second: failed) }
    }

    /// How often one object's callback came before another's within one phase of one section, or has to.
    private static func precedences(_ patch: String, _ sections: [Section]) -> [Precedence<String>: Int] {
        var counts: [Precedence<String>: Int] = [:]
        for section in sections {
            for pair in undone(patch, section) { counts[pair, default: 0] += 1 }
            for kind in CallbackKind.allCases {
                let names = section.events
                    .filter { $0.message == .callback && $0.patch == patch && $0.callback == kind }
                    .compactMap(\.object)
                Precedence.count(names, in: &counts)
            }
        }
        return counts
    }
}
