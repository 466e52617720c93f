import Livepatch

extension Section {
    /// Every operation that could have printed the section, most likely first.
    ///
    /// - Parameter objects: the objects that a patch is known to have, in order.
    public func candidates(objects: (String) -> [String]) -> [Operation] {
        switch kind {
        case .enabling(let patch): enabling(patch, objects(patch))
        case .disabling(let patch): [.disable(patch: patch), .reverse(patch: patch)]
        case .reversing(let patch): [.reverse(patch: patch)]
        case .starting(let patch, .patching):
            [.enable(patch: patch, outcome: .started), .reverse(patch: patch)]
        case .starting(let patch, .unpatching): [.disable(patch: patch), .reverse(patch: patch)]
        case .completing(let patch, let direction): completing(patch, direction, objects(patch))
        case .coming(let module): coming(module)
        case .going(let module): [.moduleGoing(module: module)]
        case .single: single
        }
    }

    private func enabling(_ patch: String, _ objects: [String]) -> [Operation] {
        var outcomes: [EnableOutcome] = [.started]
        if has(.prePatchFailed) || has(.patchObjectFailed) || has(.enableFailed) || has(.canceling) {
            let named = observations.filter { $0.event.message == .prePatchFailed || $0.event.message == .patchObjectFailed }
                .compactMap(\.event.object)
            for object in objects + named.filter({ !objects.contains($0) }) {
                outcomes += [.prePatchFailed(object: object), .patchObjectFailed(object: object)]
            }
            outcomes.append(.failed)
        }
        return outcomes.map { .enable(patch: patch, outcome: $0) } + [.reverse(patch: patch)]
    }

    /// The end of a failed enable looks like a completion if the lines before it are missing.
    private func completing(_ patch: String, _ direction: Direction, _ objects: [String]) -> [Operation] {
        [.completeTransition(patch: patch)]
    }

    private func coming(_ module: String) -> [Operation] {
        let patches = observations.compactMap(\.event.patch).uniqued()
        let failures = patches.flatMap { patch -> [ComingOutcome] in
            [.prePatchFailed(patch: patch), .applyFailed(patch: patch), .initializeFailed(patch: patch)]
        }
        let mayHaveFailed =
            has(.refusing) || has(.prePatchFailed) || has(.applyFailed) || has(.initializeFailed) || has(.reverting)
        return ([.applied] + (mayHaveFailed ? failures : [])).map { .moduleComing(module: module, outcome: $0) }
    }

    private var single: [Operation] {
        guard let event = events.first else { return [] }
        let patch = event.patch ?? ""
        switch event.message {
        case .disabling: return [.disable(patch: patch)]
        case .signaling: return [.signal]
        case .forcing: return [.force]
        case .incompatible: return [.refuseEnable(patch: patch)]
        default: return []
        }
    }
}

extension Array where Element: Hashable {
    /// The elements without repetitions, in the order of their first occurrence.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
